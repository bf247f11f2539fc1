import { coinTags } from '../addresses/index.js';
import type { ProviderName } from '../providers/index.js';
import { capabilities } from '../providers/index.js';
import { optionViolations } from './cryptopay-options.js';
import type { Violation } from './fields.js';
import { violation } from './fields.js';
import type { FieldRule } from './request-fields.js';
import { requestFieldRows, requestFields, ruleFor } from './request-fields.js';

type Fields = Readonly<Record<string, unknown>>;

/** The rules of a request that its provider makes. */
export function providerViolations(fields: Fields, provider: ProviderName): Violation[] {
  return [
    ...requestFieldRows.flatMap(([name, { rule }]) =>
      typeof rule === 'string' ? [] : placement(name, rule[provider], fields, provider),
    ),
    ...conversionViolations(fields, provider),
    ...tagViolations(fields, provider),
    ...currencyViolations(fields, provider),
    ...optionViolations(fields),
  ];
}

function placement(name: string, rule: FieldRule, fields: Fields, provider: ProviderName): Violation[] {
  const given = fields[name] !== undefined;
  const { title } = capabilities[provider];
  if (rule === 'refused' && given) return [violation(name, `is not taken by ${title}: leave it out`)];
  if (rule === 'required' && !given) return [violation(name, `is required by ${title}`)];
  return [];
}

function conversionViolations(fields: Fields, provider: ProviderName): Violation[] {
  const { amountToNeedsConvertTo } = capabilities[provider];
  const { amount, amountTo, convertTo, currency } = fields;
  const violations: Violation[] = [];
  if (amountToNeedsConvertTo && amountTo !== undefined && convertTo === undefined) {
    violations.push(violation('convertTo', 'is required with amountTo: it names the currency of amountTo'));
  }
  if (amountToNeedsConvertTo && convertTo !== undefined && convertTo === currency) {
    violations.push(
      violation(
        'convertTo',
        'must not be currency itself: for no conversion give amount, and leave convertTo and amountTo out',
      ),
    );
  }
  if (ruleFor(requestFields.amountTo, provider) === 'either' && (amount === undefined) === (amountTo === undefined)) {
    violations.push(violation('amount', 'give exactly one of amount (in currency) and amountTo (in convertTo)'));
  }
  return violations;
}

function tagViolations(fields: Fields, provider: ProviderName): Violation[] {
  const { title, tags } = capabilities[provider];
  const { tag, convertTo, currency } = fields;
  const paid = convertTo ?? currency;
  const violations: Violation[] = [];
  if (tags.requiredFor?.some((code) => code === paid) && tag === undefined) {
    violations.push(
      violation('tag', `is required by ${title} for ${tags.requiredFor.join(', ')}: without it the funds may be lost`),
    );
  }
  if (tag !== undefined && tags.onlyFor?.every((code) => code !== paid)) {
    violations.push(violation('tag', `is taken by ${title} for ${tags.onlyFor.join(' and ')} only: leave it out`));
  } else if (tags.zeroIsNone && tag === '0') {
    violations.push(violation('tag', `must not be 0: at ${title} that stands for no tag`));
  }
  const rule = typeof paid === 'string' ? coinTags(paid) : undefined;
  if (rule !== undefined && typeof tag === 'string' && !rule.isRight(tag)) {
    violations.push(violation('tag', `must be ${rule.form} for ${String(paid)}`));
  }
  return violations;
}

function currencyViolations({ currency }: Fields, provider: ProviderName): Violation[] {
  const { title, currencies } = capabilities[provider];
  if (currencies === undefined || currencies.some((code) => code === currency)) return [];
  return [violation('currency', `must be one of ${title}'s codes: ${currencies.join(', ')}`)];
}
