/** `both`: the chain's main and test networks share it. */
export type Network = 'main' | 'test' | 'both';

/** What an address stands for. */
export interface Destination {
  /** The account that the chain pays, in one spelling: every form of its address has the same. */
  account: string;
  network: Network;
  /** The tag or memo id inside the address; empty if it says that there is none. */
  tag?: string;
  /** Why a typing error in this form of it can't be seen, and which form shows it. */
  uncheckedBecause?: string;
  /** No form of it shows a typing error. */
  hasNoChecksum?: true;
}

/** What reading an address gives. `wrong checksum`: it looks like one of this chain's, but a character is wrong. */
export type AddressReading = Destination | 'wrong form' | 'wrong checksum';

/** Codes of currencies, each with the digits after the dot of its smallest unit on the chain. */
export type Decimals = Readonly<Record<string, number>>;

export interface TagForm {
  /** What is right, in words: follows "must be". */
  form: string;
  isRight(tag: string): boolean;
}

/** One chain: its addresses, and the currencies that are paid on it. */
export interface ChainDefinition {
  /** The chain's name, as shown. */
  title: string;
  /** What its addresses look like, in words. */
  forms: string;
  /** Which of its addresses need `acceptUnchecked`, in words: why, as such a destination says. */
  uncheckedForm?: string;
  /** Its own coins, whose codes are the same at every provider. */
  coins: Decimals;
  /** Tokens whose smallest unit is a fact of their contract on this chain, by the providers' codes. A token that isn't here may have any. */
  tokens?: Decimals;
  /** What its coins take as a tag, where they have one form of it. */
  tags?: TagForm;
  read(address: string): AddressReading;
}
