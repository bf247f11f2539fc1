/** The name that was probably meant: it begins the same (`retryNow` for `retry`), or is a slip or two away (`sumbit`). */
export function suggest(word: string, names: readonly string[]): string | undefined {
  const meant = plain(word);
  const begun = names.find((name) => meant.startsWith(plain(name)) || (meant.length > 2 && name.startsWith(meant)));
  if (begun !== undefined) return begun;
  const [closest] = names
    .map((name) => ({ name, edits: editDistance(meant, plain(name)) }))
    .filter(({ name, edits: slips }) => slips <= Math.min(2, name.length / 2))
    .toSorted((a, b) => a.edits - b.edits);
  return closest?.name;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** Levenshtein's distance: letters put in, left out or mistaken. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const [deleted = 0, inserted = 0, mistaken = 0] = [row[j + 1], next[j], row[j]];
      next.push(Math.min(deleted + 1, inserted + 1, mistaken + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
