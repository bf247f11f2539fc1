export { withdrawal } from './withdrawal.js';
export { gate } from './gate.js';
export { caseForPerson as case } from './case.js';
