import { describeProviderFaults } from './provider-faults.js';

/** One that looks a payout up by our reference, and one that can't. All four: test/long. */
describeProviderFaults(['cryptoprocessing', 'cryptocloud']);
