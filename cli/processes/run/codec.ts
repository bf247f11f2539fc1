import { createCodecServer } from '../../../codec-server/server.js';
import { readCodecSettings } from '../../../settings/index.js';
import { configured } from '../../../temporal/connection.js';
import { createLog } from '../log.js';
import { untilStopped } from '../stopping.js';

/** The process that decrypts payloads for Temporal's UI and CLI. It asks Temporal nothing. */
export async function runCodec(): Promise<void> {
  const { codec, logLevel, misplaced, ...settings } = readCodecSettings(process.env);
  const log = createLog('codec', logLevel);
  if (misplaced.length > 0)
    log.warn(
      { variables: misplaced },
      'these hold keys that pay, which the codec server has no use for: take them out of its environment',
    );
  const { namespace } = configured({});
  const server = await createCodecServer({
    ...settings,
    namespace,
    log: (message, fields) => log.info(fields, message),
  });
  await server.listen(codec);
  const { access, origins } = settings;
  log.info({ ...codec, namespace, origins, for: access.for }, 'listening');
  if (access.for === 'everyone') log.warn('whoever is on this machine can have everything decoded, without a token');
  await untilStopped();
  await server.close();
}
