export { withdrawal } from './withdrawal.js';
export { caseForPerson as case } from './case.js';
