/** Does something with each, so many at a time at most; answers in their order. Fails with the first that fails. */
export async function concurrently<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  perform: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const work = async () => {
    for (const [index, item] of left) results[index] = await perform(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
