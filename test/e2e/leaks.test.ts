import { describeLeaks } from '../support/leaks/describe.js';
import { end, paidByEach } from '../support/leaks/withdrawals.js';

// The short form: few ends, at one provider. All that can happen is in test/long.
describeLeaks((world) => end(world, paidByEach));
