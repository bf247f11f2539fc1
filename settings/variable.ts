import type { z } from 'zod';
import type { VariablesSchema } from '../providers/provider-definition.js';

/** One environment variable, as people need to know it. */
export interface Variable {
  /** `CRYPTOPAY_API_KEY`. */
  name: string;
  description: string;
  /** Its value is never shown, and may also come as a file: `NAME_FILE`. */
  secret: boolean;
  /** It may also come as what a command prints: `NAME_COMMAND`. */
  command: boolean;
  /** Its provider isn't served without it. */
  needed: boolean;
  /** The bridge takes it: it is no provider's, or verifies callbacks. */
  bridge: boolean;
  /** What holds where it is missing. */
  default?: string;
  /** What `dev`, `demo`, `simulator` and the operator's commands take where it is missing. */
  devDefault?: string;
}

/** Variables that belong together, by their names after a common prefix. */
export interface Group {
  /** `CRYPTOPAY_`. */
  prefix: string;
  title: string;
  schema: VariablesSchema;
  /** Those of them that the bridge takes. */
  callbackSchema: VariablesSchema;
}

/** The variables of a group, in the order of its schema. */
export function variablesOf({ prefix, schema, callbackSchema }: Group): Variable[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    ...toVariable(prefix + name, field),
    bridge: name in callbackSchema.shape,
  }));
}

function toVariable(name: string, field: z.ZodType): Omit<Variable, 'bridge'> {
  const { description = '', secret = false, command = false, default: byDefault, devDefault } = field.meta() ?? {};
  return {
    name,
    description,
    secret,
    command,
    needed: !field.safeParse(undefined).success,
    ...(byDefault !== undefined && { default: byDefault }),
    ...(devDefault !== undefined && { devDefault }),
  };
}
