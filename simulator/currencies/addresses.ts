import type { Chain } from './currencies.js';

const base58 = '[1-9A-HJ-NP-Za-km-z]';
const bech32 = '[02-9ac-hj-np-z]';

/**
 * What an address of each chain looks like, main and test network. Form only, no checksums: the client is to check
 * those, and the simulator's refusals of bad checksums come by magic value.
 */
const forms: Readonly<Record<Chain, RegExp>> = {
  bitcoin: new RegExp(`^((bc1|tb1|bcrt1)${bech32}{11,87}|(BC1|TB1)[02-9AC-HJ-NP-Z]{11,87}|[13mn2]${base58}{25,34})$`),
  litecoin: new RegExp(`^((ltc1|tltc1|rltc1)${bech32}{11,87}|[LM3mn2Q]${base58}{25,34})$`),
  bitcoin_cash: new RegExp(`^(((bitcoincash|bchtest|bchreg):)?[qp]${bech32}{41}|[13mn2]${base58}{25,34})$`),
  dogecoin: new RegExp(`^[DA9nm2]${base58}{25,34}$`),
  evm: /^0x[0-9a-fA-F]{40}$/,
  tron: new RegExp(`^T${base58}{33}$`),
  ripple: new RegExp(`^(r${base58}{24,34}|[XT]${base58}{46})$`),
  solana: new RegExp(`^${base58}{32,44}$`),
  ton: /^([EUk0][A-Za-z0-9_+/-]{47}|-?\d+:[0-9a-fA-F]{64})$/,
  stellar: /^(G[A-Z2-7]{55}|M[A-Z2-7]{68})$/,
};

export function looksValid(address: string, chain: Chain): boolean {
  return forms[chain].test(address);
}
