import type { Context } from '../context.js';
import { processingProvider } from '../processing/index.js';
import type { Provider } from '../provider.js';

/** AlphaPo: no sender or receiver, responds with 200. */
export function alphapo(context: Context): Provider {
  return processingProvider(
    {
      name: 'alphapo',
      createdStatus: 200,
      namesPersons: false,
      amounts: 'number',
      tagMayBeNull: true,
      lookUpKeys: ['id', 'foreign_id'],
      firstId: 678_388,
    },
    context,
  );
}
