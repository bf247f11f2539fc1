import { isCaseReason } from '../../contract/case-reasons.js';
import { isSummary } from '../../contract/summaries.js';
import type { FieldRule } from './fields.js';
import { fieldRules } from './fields.js';
import { hidden, masks } from './masks.js';

/** Deeper than any message of ours. */
const DEEPEST = 40;

const WORD = /^[\w.:+/-]{1,128}$/;
const PHRASE = /^[\w.:+/-]{1,128}( [\w.:+/-]{1,40}){0,7}$/;

/**
 * A message as it is shown to who may not see personal data: its structure, and what a row of `fields.ts` shows. What no row knows is hidden,
 * also its name: an app may have sent anything there.
 */
export function masked(value: unknown, rule: FieldRule = 'fields', depth = 0): unknown {
  if (value === null) return null;
  if (depth === 0 && typeof value === 'string') return isSummary(value) ? value : hidden;
  if (depth > DEEPEST) return hidden;
  if (Array.isArray(value)) return value.map((element: unknown) => masked(element, rule, depth + 1));
  if (typeof value === 'object') return maskedFields({ ...value }, depth);
  return typeof value === 'string' ? maskedText(value, rule) : maskedScalar(value, rule, depth);
}

function maskedFields(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  let unknowns = 0;
  const shown = Object.entries(fields).map(([name, value]): [string, unknown] => {
    const rule = fieldRules.get(name);
    return rule === undefined ? [`unknown${(unknowns += 1)}`, hidden] : [name, masked(value, rule, depth + 1)];
  });
  return Object.fromEntries(shown);
}

function maskedText(text: string, rule: FieldRule): string {
  switch (rule) {
    case 'word':
      return WORD.test(text) ? text : hidden;
    case 'phrase':
      return PHRASE.test(text) ? text : hidden;
    case 'sentence':
      return text;
    case 'fields':
      return hidden;
    case 'name':
    case 'email':
    case 'date':
    case 'address':
    case 'text':
      return masks[rule](text);
    case 'reason':
      return isCaseReason(text) ? text : hidden;
  }
}

/** Numbers and truth values; one that belongs to no field is an argument of the rate limiter, or how much time is left. */
function maskedScalar(value: unknown, rule: FieldRule, depth: number): unknown {
  return depth === 0 || rule === 'word' || rule === 'phrase' || rule === 'sentence' ? value : hidden;
}
