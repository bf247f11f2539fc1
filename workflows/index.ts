export { withdrawal } from './withdrawal.js';
export { rateLimiter } from './rate-limiter.js';
export { caseForPerson as case } from './case.js';
