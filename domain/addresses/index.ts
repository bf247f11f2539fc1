export type { AddressCheck, Payee } from './check.js';
export { addressProblem, checkAddress, isTestAddress, tagIn, untoldNetworks } from './check.js';
export type { Chain, Network } from './destination.js';
export { chainsOf } from './paid-on.js';
export { sameAddress } from './same.js';
