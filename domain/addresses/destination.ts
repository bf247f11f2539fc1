/** The chains whose addresses can be checked. Every EVM network has Ethereum's addresses. */
export type Chain =
  'bitcoin' | 'litecoin' | 'bitcoin_cash' | 'dogecoin' | 'evm' | 'tron' | 'ripple' | 'solana' | 'ton' | 'stellar';

/** `both`: the chain's main and test networks share it. */
export type Network = 'main' | 'test' | 'both';

/** What an address stands for. */
export interface Destination {
  /** Whom the chain pays, in one spelling: every form of one account's address has the same. */
  account: string;
  network: Network;
  /** The tag or memo id inside the address; empty if it says that there is none. */
  tag?: string;
  /** Why a mistake in this form of it can't be seen, and which form shows it. */
  doubt?: string;
  /** No form of it shows a mistake. */
  hasNoChecksum?: true;
}

/** `wrong checksum`: it looks like one of this chain's, but a character is wrong. */
export type Reading = Destination | 'wrong form' | 'wrong checksum';

/** One chain's addresses. */
export interface AddressForms {
  /** The chain's name, for people. */
  title: string;
  /** What its addresses look like, for people. */
  looks: string;
  read(address: string): Reading;
}
