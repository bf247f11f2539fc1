import type { ProviderName } from '../../../domain/providers/index.js';
import { callbackBody, post, postback } from '../callbacks.js';
import { submitted, type World } from './world.js';

/** So many cases are opened by `strangeCallbacks`. */
export const casesOpened = 5;

/** Callbacks that no withdrawal can take, each signed as its provider does; and some that nobody takes. */
export async function strangeCallbacks(world: World): Promise<void> {
  const { kept, unkept, stack } = world;
  const send = (provider: ProviderName, body: unknown) =>
    stack.simulator.call('POST', `/callbacks/${provider}`, { body });
  const id = await submitted(world, 'cp-open', 'cryptoprocessing', { amount: '0.19107' });
  await stack.untilStatus(id, 'processing');
  await Promise.all([
    send('cryptoprocessing', processingCallback(world, 'nobody-knows')),
    send('cryptoprocessing', processingCallback(world, id)),
    send('cryptopay', cryptopayCallback(world)),
    send('alphapo', { type: 'withdrawal', foreign_id: 'ap-1', note: kept.text('ap-unreadable.body') }),
    post(stack.bridge, postback('UNKNOWN1', kept.text('cc-unknown.status')), {}, 'cryptocloud'),
    send('alphapo', { type: 'deposit', note: unkept.text('ap-deposit.body') }),
    send('alphapo', unkept.text('ap-no-json.body')),
    post(stack.bridge, unkept.text('cp-unsigned.body'), {
      'x-processing-signature': unkept.word('cp-unsigned.header'),
    }),
    post(stack.bridge, '{}', {}, unkept.word('nobody.path')),
  ]);
}

function processingCallback({ kept }: World, foreign_id: string): unknown {
  const of = `callback-${foreign_id}`;
  const [address, elsewhere] = ['address', 'otherDestinations.address'].map((field) =>
    kept.address(`${of}.${field}`, 'ripple'),
  );
  const transaction = { id: 999, currency: 'XRP', transaction_type: 'blockchain', type: 'withdrawal', amount: '0.01' };
  return JSON.parse(
    callbackBody({
      foreign_id,
      end_user_reference: kept.word(`${of}.endUserReference`),
      crypto_address: { id: 123, currency: 'XRP', address, tag: kept.tag(`${of}.tag`) },
      transactions: [
        {
          ...transaction,
          address: elsewhere,
          tag: kept.tag(`${of}.otherDestinations.tag`),
          txid: kept.txid(`${of}.txid`),
        },
      ],
      error: kept.text(`${of}.error`),
      status: 'confirmed',
    }),
  );
}

function cryptopayCallback({ kept, unkept }: World): unknown {
  const of = 'callback-cy';
  return {
    type: 'CoinWithdrawal',
    event: 'status_changed',
    data: {
      id: '0b7c9d52-7a44-4a0e-9c53-5d1f2e60a7b1',
      custom_id: 'nobody-knows-either',
      customer_id: unkept.word(`${of}.customer_id`),
      address: kept.address(`${of}.address`, 'tron'),
      txid: kept.txid(`${of}.txid`),
      status: 'completed',
      charged_amount: '52.4',
      charged_currency: 'EUR',
      received_amount: '54.75',
      received_currency: 'USDT',
      description: unkept.text(`${of}.description`),
      risk: {
        score: 5.2,
        level: 'medium',
        resource_name: kept.text(`${of}.resourceName`),
        resource_category: kept.text(`${of}.resourceCategory`),
      },
    },
  };
}
