import { searchAttributeNames } from '../../contract/search-attributes.js';

/** deploy/temporal-namespace.sh with the search attributes that there are. */
export function namespaceScript(script: string): string {
  return script.replace(/^ATTRIBUTES='.*'$/m, `ATTRIBUTES='${searchAttributeNames.join(' ')}'`);
}
