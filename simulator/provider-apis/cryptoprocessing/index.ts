import type { Context } from '../context.js';
import { processingProvider } from '../processing/index.js';
import type { Provider } from '../provider.js';

/** CryptoProcessing: names sender and receiver, responds with 201. */
export function cryptoprocessing(context: Context): Provider {
  return processingProvider(
    {
      name: 'cryptoprocessing',
      createdStatus: 201,
      namesPersons: true,
      amounts: 'string or number',
      tagMayBeNull: false,
      lookUpKeys: ['id', 'foreign_id', 'txid'],
      firstId: 134_702_815,
    },
    context,
  );
}
