import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { workflowIdOf } from '../../../contract/ids.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { until } from '../../support/parent-process.js';

/** A busy machine takes so long to draw a page. */
const drawnWithinMs = 60_000;

/** A person who looks at Temporal's UI, with a browser of their own, and all that it was sent meanwhile. */
export class Viewer {
  private readonly received: Promise<string>[] = [];

  private constructor(
    private readonly page: Page,
    private readonly ui: string,
  ) {
    page.on('response', (response) => {
      const isData = (response.headers()['content-type'] ?? '').includes('json'); // not the UI's own program
      if (isData) this.received.push(response.text().catch(() => '')); // of a page that was left, it is gone
    });
  }

  static async at(ui: string, browser: Browser, options: BrowserContextOptions = {}): Promise<Viewer> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    return new Viewer(await context.newPage(), ui);
  }

  /** Opens a withdrawal's page, whose first tab has its input, its result and its history. */
  async open(withdrawalId: string): Promise<void> {
    const path = ['namespaces', embeddedNamespace, 'workflows', encodeURIComponent(workflowIdOf(withdrawalId))];
    await this.page.goto(`${this.ui}/${path.join('/')}`);
  }

  /** Goes to the tab with summaries and current details. */
  async openUserMetadata(): Promise<void> {
    await this.page
      .getByRole('link', { name: 'User Metadata' })
      .or(this.page.getByRole('tab', { name: 'User Metadata' }))
      .first()
      .click();
  }

  /** What can be read on the page once it shows this; fails, with what it shows, if it doesn't. */
  async readOnce(shown: RegExp): Promise<string> {
    let text = '';
    const isShown = async () => shown.test((text = await this.read()));
    await until(`the page shows ${String(shown)}`, isShown, drawnWithinMs).catch((error: unknown) => {
      throw new Error(`It shows:\n${text}`, { cause: error });
    });
    return text;
  }

  /** The UI draws texts in Markdown in frames of their own. */
  private async read(): Promise<string> {
    const texts = this.page.frames().map((frame) =>
      frame
        .locator('body')
        .innerText({ timeout: 1_000 })
        .catch(() => ''),
    );
    return (await Promise.all(texts)).join('\n');
  }

  /** All data that its browser was sent so far. */
  async sent(): Promise<string> {
    return (await Promise.all(this.received)).join('\n');
  }

  /** Puts a picture of what stands in the window where `npm run screenshots` wants it; otherwise does nothing. */
  async picture(name: string): Promise<void> {
    const folder = process.env['OUTFLOW_SCREENSHOTS'];
    if (folder === undefined) return;
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }
}
