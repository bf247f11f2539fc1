import { createBridge } from '../../../bridge/bridge.js';
import { readBridgeSettings } from '../../../settings/index.js';
import { connectClient } from '../../../temporal/connection.js';
import { caseIds } from '../../../temporal/encryption/case-id.js';
import { createLog } from '../log.js';
import { untilStopped } from '../stopping.js';
import { warnWhileOff } from './encryption-off.js';
import { warnOfOtherHashKey } from './other-hash-key.js';
import { titlesOf } from './titles.js';

/** The process that takes the providers' callbacks over HTTP. */
export async function runBridge(): Promise<void> {
  const settings = readBridgeSettings(process.env);
  const log = createLog('bridge', settings.logLevel);
  warnWhileOff(settings.encryption, log);
  const receivers = Object.values(settings.receivers);
  const { misplaced } = settings;
  if (misplaced.length > 0) {
    log.warn(
      { variables: misplaced },
      `these hold keys that pay, which the bridge has no use for: take them out of its environment`,
    );
  }
  const { client, connection, namespace } = await connectClient({}, settings.encryption);
  await warnOfOtherHashKey(connection, namespace, settings.encryption, log);
  const bridge = createBridge({
    temporal: client,
    caseIdOf: caseIds(settings.encryption),
    receivers,
    log: (message, fields) => log.info(fields, message),
  });
  await bridge.listen(settings.bridge);
  log.info({ providers: titlesOf(receivers), ...settings.bridge }, 'listening');
  await untilStopped();
  await bridge.close();
  await connection.close();
}
