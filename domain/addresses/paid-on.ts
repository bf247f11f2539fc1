import type { ProviderName } from '../providers/index.js';
import type { WithdrawalRequest } from '../request.js';
import { paidCurrency } from '../request.js';
import type { Chain } from './destination.js';

/** The fields of a request that tell on which chain it is paid. */
export type ChainFields = Pick<WithdrawalRequest, 'provider' | 'currency' | 'convertTo' | 'cryptopay'>;

/** The chains that a request may be paid on, by its provider's documents. Empty: they don't tell. */
export function chainsOf(request: ChainFields): readonly Chain[] {
  const code = paidCurrency(request);
  const network = request.provider === 'cryptopay' ? request.cryptopay?.network : undefined;
  return cryptopayNetworks.get(network ?? '') ?? coins.get(code) ?? tokens[request.provider](code);
}

/** Cryptopay's networks on which this may be paid; of a code that we don't know, those of Ethereum's kin: what lives there is not ours to know. */
export function networksOf(request: ChainFields): { name: string; chain: Chain }[] {
  if (request.provider !== 'cryptopay') return [];
  const known = chainsOf(request);
  const possible: readonly Chain[] = known.length > 0 ? known : ['evm'];
  return [...cryptopayNetworks].flatMap(([name, chains]) =>
    chains.filter((chain) => possible.includes(chain)).map((chain) => ({ name, chain })),
  );
}

/** Coins whose code is the same at every provider. */
const coins = table({
  bitcoin: 'BTC',
  litecoin: 'LTC',
  bitcoin_cash: 'BCH',
  dogecoin: 'DOGE',
  evm: 'ETH BNB',
  tron: 'TRX',
  ripple: 'XRP',
  solana: 'SOL',
  ton: 'TON',
  stellar: 'XLM',
});

/**
 * The processing family's codes: CryptoProcessing's page "API currency codes", and the older README (providers.md §1.3). The last
 * letters follow no rule (EURS is on Ethereum, EURCS on Solana), so each is listed.
 */
const family = table({
  evm: 'BNB-BSC ETHA ETHBASE POL USDTE USDTB USDC USDCE USDCA USDCBASE EURCE EURCBASE EURS USDGE WBTC SNACK XED DAI BUSD',
  tron: 'USDTT',
  solana: 'USDCS EURCS USDGS',
  ripple: 'CSC',
});

/** USDT alone was Tether on Bitcoin's Omni layer once; what it is now, the family's documents don't say. */
const usdtAnywhere: readonly Chain[] = ['bitcoin', 'evm', 'tron', 'solana', 'ton'];

const familyTokens = (code: string) => (code === 'USDT' ? usdtAnywhere : (family.get(code) ?? []));

/** Tokens of Cryptopay's page "Supported currencies", each with every chain that it may be sent on. */
const cryptopayTokens: ReadonlyMap<string, readonly Chain[]> = new Map([
  ['USDT', ['evm', 'tron', 'solana']],
  ['USDC', ['evm', 'solana']],
  ...['DAI', 'SHIB', 'POL', 'ARB', 'IMX'].map((code): [string, Chain[]] => [code, ['evm']]),
]);

/** Cryptopay's names of networks (providers.md §3.4, and the same page). One that isn't here leaves it to the currency. */
const cryptopayNetworks = table({
  bitcoin: 'bitcoin',
  litecoin: 'litecoin',
  bitcoin_cash: 'bitcoin_cash',
  dogecoin: 'dogecoin',
  evm: 'ethereum bnb_smart_chain polygon arbitrum',
  tron: 'tron',
  ripple: 'ripple',
  solana: 'solana',
  ton: 'ton',
  stellar: 'stellar',
});

/** The ends of CryptoCloud's codes. */
const cryptocloudEnds = table({ evm: 'ERC20 BSC ARB BASE OPT', tron: 'TRC20', solana: 'SOL', ton: 'TON' });

const tokens: Record<ProviderName, (code: string) => readonly Chain[]> = {
  cryptoprocessing: familyTokens,
  alphapo: familyTokens,
  cryptopay: (code) => cryptopayTokens.get(code) ?? [],
  cryptocloud: (code) => cryptocloudEnds.get(/_([A-Z0-9]+)$/.exec(code)?.[1] ?? '') ?? [],
};

function table(codes: Partial<Record<Chain, string>>): ReadonlyMap<string, readonly Chain[]> {
  return new Map(
    Object.entries(codes).flatMap(([chain, list]) =>
      list.split(' ').map((code): [string, Chain[]] => [code, [chain as Chain]]),
    ),
  );
}
