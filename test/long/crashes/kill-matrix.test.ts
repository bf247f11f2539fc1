import { describeKillMatrix, killPoints } from '../../safety/worker/kill-matrix.js';

describeKillMatrix(killPoints);
