import { describeKillMatrix } from './kill-matrix.js';

// The one where a second send would pay twice, for all four providers. `test/long/crashes/kill-matrix.test.ts` has all six points.
describeKillMatrix(['after the provider stored it']);
