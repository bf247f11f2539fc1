import { providerNames } from '../../domain/providers/index.js';
import { describeProviderFaults } from '../safety/provider-faults/provider-faults.js';

describeProviderFaults(providerNames);
