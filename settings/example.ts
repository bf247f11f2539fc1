import type { Group, Variable } from './variable.js';
import { variablesOf } from './variable.js';
import { groups, outflowGroup } from './variables.js';

const head = `# Every environment variable of Outflow. A line that starts with # is what holds where nothing is set.
# Secrets may also come as files: CRYPTOPAY_API_KEY_FILE=/run/secrets/cryptopay-api-key, for each marked (secret). What is marked (command) may also be what a command
# prints, as that of a secret manager: OUTFLOW_ENCRYPTION_KEYS_COMMAND=vault kv get -field=keys secret/outflow. No shell: words, with quotes around spaces.
# A provider is served if all that is marked (needed) is set, and not at all if none of it is. The commands dev, demo and
# simulator, and the operator's, fill what is missing with the simulator's addresses, SANDBOX=true and test credentials.
# The bridge faces the internet: of a provider's variables it takes only those marked (bridge), so give it no others. The worker takes all.
# Where Temporal is: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_PROFILE … as for every Temporal client.
`;

/** The text of `.env.example`. */
export function exampleEnvironment(): string {
  return [head, ...groups.map(section)].join('\n');
}

function section(group: Group): string {
  const lines = variablesOf(group).flatMap((variable) => [
    `# ${about(variable, group.prefix === outflowGroup.prefix)}`,
    assignment(variable),
  ]);
  return [`# --- ${group.title} ---`, ...lines, ''].join('\n');
}

function about({ description, needed, bridge, secret, command }: Variable, isOutflows: boolean): string {
  return [
    description,
    needed && '(needed)',
    bridge && !isOutflows && '(bridge)',
    secret && '(secret)',
    command && '(command)',
  ]
    .filter(Boolean)
    .join(' ');
}

/** A default that is no value, such as "the SDK's choice", stays a remark. */
function assignment({ name, default: byDefault = '' }: Variable): string {
  return /\s/.test(byDefault) ? `#${name}=    # ${byDefault}` : `#${name}=${byDefault}`;
}
