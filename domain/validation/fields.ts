import { amountProblem, isPositiveAmount } from '../money.js';

/** A rule that one field of a request breaks. Names the field and the rule, never the value: it may be personal. */
export interface Violation {
  /** Path of the field: `sender.dateOfBirth`. */
  field: string;
  /** What was wrong and what is right. */
  problem: string;
}

/** Checks one field's value: returns what is wrong with it, nothing if it is right. */
export interface Check<Value = unknown> {
  (value: unknown, path: string): Violation[];
  /** What is right, in words: follows "must be". */
  readonly form: string;
  /** Never set. For the compiler, which holds a field's check against the field's type. */
  readonly accepts?: Value;
}
export type Checks = Readonly<Record<string, Check>>;

export function violation(field: string, problem: string): Violation {
  return { field, problem };
}

/** A check that has its form beside it, since the documents are made from it. */
export function check<Value>(form: string, violationsIn: (value: unknown, path: string) => Violation[]): Check<Value> {
  return Object.assign(violationsIn, { form });
}

/** Is it a value that the check has nothing against? */
export function passes<Value>(check: Check<Value>, value: unknown): value is Value {
  return check(value, '').length === 0;
}

/** The value's own fields if it is an object, else nothing: what it inherits would not survive the way to the workflow. */
export function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** An object of exactly these fields; each is required unless listed as optional. */
export function object<Value>(checks: Checks, { optional }: { optional: readonly string[] }): Check<Value> {
  const names = Object.keys(checks).join(', ');
  return check(`an object of ${names}`, (value, path) => {
    const fields = fieldsOf(value);
    if (fields === undefined) return [violation(path, 'must be an object')];
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const unknown = Object.keys(fields)
      .filter((name) => !Object.hasOwn(checks, name))
      .map((name) => violation(at(name), `is unknown; the fields here are ${names}`));
    const listed = Object.entries(checks).flatMap(([name, check]) => {
      const field = fields[name];
      if (field !== undefined) return check(field, at(name));
      return optional.includes(name) ? [] : [violation(at(name), 'is required')];
    });
    return [...listed, ...unknown];
  });
}

/** `hint`: what in particular is wrong with a text, without repeating it. */
export function text(
  rule: RegExp | ((text: string) => boolean),
  form: string,
  hint: (text: string) => string | undefined = () => undefined,
): Check<string> {
  const holds = rule instanceof RegExp ? (value: string) => rule.test(value) : rule;
  return check(form, (value, path) => {
    if (typeof value !== 'string') return [violation(path, `must be ${form}${got(value)}`)];
    if (holds(value)) return [];
    const particular = hint(value);
    return [violation(path, `must be ${form}${particular === undefined ? '' : `: ${particular}`}`)];
  });
}

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): Check<Choice> {
  const form = choices.join(' or ');
  return check(form, (value, path) =>
    choices.some((choice) => choice === value) ? [] : [violation(path, `must be ${form}${got(value)}`)],
  );
}

export const boolean = check<boolean>('true or false', (value, path) =>
  typeof value === 'boolean' ? [] : [violation(path, `must be true or false${got(value)}`)],
);

/** Money never travels as a float, so a JSON number is refused. */
export const amount = text(isPositiveAmount, 'a decimal string greater than 0, such as "0.003"', (value) =>
  amountProblem(value),
);

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

export const isoTime = text(
  (value) => ISO_TIME.test(value) && isCalendarDate(value.slice(0, 10)) && !Number.isNaN(Date.parse(value)),
  'an ISO 8601 time with a time zone, such as 2026-11-21T09:30:00Z',
);

export const isoDate = text(
  (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isCalendarDate(value),
  'a date as YYYY-MM-DD',
);

/** Refuses what `Date` would roll over, such as February 30th. */
function isCalendarDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

/** Says the kind of a value of the wrong kind; a text's content stays unsaid, since it may be personal. */
function got(value: unknown): string {
  if (typeof value === 'string') return '';
  return ` (got ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`})`;
}
