import { glossary } from '../../contract/glossary.js';
import { table } from './markdown.js';

const [start, end] = ['<!-- table: glossary -->\n', '\n<!-- end of table: glossary -->'];

/** `README.md` with the glossary's table as the contract has it; the rest stays as it was written. */
export function withGlossary(page: string): string {
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error('README.md: no markers for the glossary');
  return `${before}${start}${table(
    ['word', 'meaning'],
    Object.entries(glossary).map(([word, meaning]) => [word, meaning]),
  )}${end}${after}`;
}
