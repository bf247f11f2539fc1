export type { Network } from './chain-definition.js';
export type { Chain } from './chains/index.js';
export type { AddressCheck, AddressFields } from './check.js';
export { addressHeldIn, addressProblem, checkAddress, isTestAddress, possibleNetworks, tagIn } from './check.js';
export { decimalsOnChain, smallestUnits } from './decimals.js';
export type { ChainFields } from './paid-on.js';
export { chainsOf, coinTags } from './paid-on.js';
export { sameAddress } from './same.js';
