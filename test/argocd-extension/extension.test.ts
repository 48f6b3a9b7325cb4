import { readFileSync } from 'node:fs'
import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Listener } from '../../src/http/servers/listener.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { BUNDLES, makeExtension } from '../../tools/argocd-extension/bundle.ts'
import { theRelease, theRevert } from '../http/story.ts'
import { findChromium, startChromium, type Browser } from '../ui/browser/chromium.ts'
import { openHostPage, type HostPage } from './host-page.ts'
import { kedgeOf } from './kedge-of.ts'

// The extension in a real browser, on a page that offers what Argo CD's does, with Argo CD's React, over a real Kedge behind a proxy. Where
// no Chromium is, these are left out, and the name of the test says so.

const program = findChromium()

describe('the bundle', () => {
  test.each(BUNDLES)('in %s is the one that the source makes (npm run argocd-extension)', async (file) => {
    expect(readFileSync(file, 'utf8')).toBe(await makeExtension())
  })

  test('is one small script without React and markup, and without anything that a chart or a page takes for its own', async () => {
    const script = await makeExtension()
    expect(Buffer.byteLength(script)).toBeLessThan(12_000)
    expect(script).not.toMatch(/innerHTML|dangerouslySet|insertAdjacent|document\.write|eval\(|Function\(|\{\{|<\/script|[^\n\x20-\x7e]/)
  })
})

const APPLICATION = { metadata: { name: 'shop', namespace: 'argocd' }, spec: { project: 'default' } }
const ROLLOUT = { kind: 'Rollout', metadata: { name: 'checkout', namespace: 'shop', uid: 'uid-checkout' } }

describe.runIf(program !== undefined)(`in ${program ?? 'a browser, left out: no Chromium is installed'}`, () => {
  let browser: Browser
  let kedge: Listener
  let page: HostPage

  beforeAll(async () => {
    browser = await startChromium(program!)
    kedge = await kedgeOf()
    page = await openHostPage(kedge.url, { application: APPLICATION, resource: ROLLOUT })
  }, 60_000)

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await page?.[Symbol.asyncDispose]()
    await kedge?.[Symbol.asyncDispose]()
  })

  /** Opens the page and waits until a part of it says something. */
  async function open(where: HostPage, says: RegExp, part = 'tab', query = ''): Promise<string> {
    await browser.look({ width: 1400, height: 900, scheme: 'light' })
    await browser.open(`${where.url}/${query}`)
    return untilSays(part, says)
  }

  const untilSays = (part: string, says: RegExp): Promise<string> =>
    browser.evaluate<string>(`new Promise((resolve, reject) => {
      const part = document.getElementById('${part}')
      const look = () => { if (${says}.test(part.innerText)) { resolve(part.innerText); return true } }
      const seen = new MutationObserver(() => look() && seen.disconnect())
      if (!look()) seen.observe(part, { childList: true, subtree: true, characterData: true })
      setTimeout(() => reject(new Error('it says: ' + part.innerText)), 8000)
    })`)

  test('the tab of a Rollout has its state, what to do, its pull request and the evidence', async () => {
    const text = await open(page, /success-rate/)
    for (const words of ['Split: the cluster went back, Git did not', 'Git wants', 'v1.8.0', 'v1.7.3', '#412', 'Its page at Kedge'])
      expect(text).toContain(words)
    expect(await browser.evaluate('registered.resources.map(({ group, kind, title, icon }) => [group, kind, title, icon])')).toEqual([
      ['argoproj.io', 'Rollout', 'Kedge', 'fa-anchor'],
    ])
    const links = await browser.evaluate<[string, string, string][]>(
      `[...document.querySelectorAll('#tab a')].map(({ href, target, rel }) => [href, target, rel])`,
    )
    expect(links.map(([href]) => href)).toContain('https://github.example/acme/gitops/pull/412')
    expect(links.at(-1)?.[0]).toMatch(/^https:\/\/kedge\.example\/releases\//)
    for (const [, target, rel] of links) expect([target, rel]).toEqual(['_blank', 'noopener noreferrer'])
    expect(page.proxy.asked).toContain('/api/v1/application argocd:shop default')
    expect(await browser.evaluate('complaints')).toEqual([])
  })

  test('the panel of an Application says how the worst of its Rollouts stands, and opens all of them', async () => {
    const text = await open(page, /Split/, 'panel')
    expect(text).toMatch(/KEDGE\s+✖\s*Split: the cluster went back, Git did not\s+checkout, and 1 more\s+Pull request #412 open/)
    await browser.evaluate(`document.querySelector('#panel button').click()`)
    expect(await untilSays('flyout', /catalog/)).toMatch(/shop\/checkout: Split[\s\S]+shop\/catalog: /)
    expect(await browser.evaluate('complaints')).toEqual([])
  })

  test('an Application without Rollouts has no panel, and its Rollout a tab that says that Kedge does not know it', async () => {
    const other = { metadata: { name: 'other', namespace: 'argocd' }, spec: { project: 'default' } }
    await using elsewhere = await openHostPage(kedge.url, { application: other, resource: ROLLOUT })
    expect(await open(elsewhere, /know/)).toBe('Kedge does not know the Rollout shop/checkout.')
    expect(await browser.evaluate(`document.getElementById('panel').childElementCount`)).toBe(0)
  })

  test.each([
    [502, /^Not known: Kedge does not answer Argo CD\.$/],
    [401, /^Not known: Argo CD does not let you ask: you need the right "extensions, invoke, kedge"\.$/],
    [404, /^Not known: Argo CD has no proxy extension "kedge"/],
    [500, /^Not known: Argo CD or Kedge answers 500\.$/],
  ])('where Argo CD answers %d, it says so, and nothing else', async (status, says) => {
    page.proxy.status = status
    try {
      expect(await open(page, says)).not.toContain('Split')
      expect(await untilSays('panel', /KEDGE\s+Not known: /)).not.toContain('Split')
    } finally {
      page.proxy.status = 'forward'
    }
  })

  test('what was known before Kedge went away is not shown any more', { timeout: 30_000 }, async () => {
    await using own = await kedgeOf()
    await using front = await openHostPage(own.url, { application: APPLICATION, resource: ROLLOUT })
    await browser.look({ width: 1400, height: 900, scheme: 'light' })
    await browser.open(`${front.url}/`)
    // Its next look comes at once instead of in ten seconds.
    await untilSays('tab', /Split/)
    await own[Symbol.asyncDispose]()
    expect(await untilSaysLater('tab', /^Not known: /)).not.toContain('Split')
  })

  const untilSaysLater = (part: string, says: RegExp): Promise<string> => untilSays(part, says).catch(() => untilSays(part, says))

  test('hostile text is text, and a hostile address is no link', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    const release = theRelease()
    const [attempt] = release.attempts
    const evidence = [{ ...attempt!.evidence[0]!, metric: evil, value: evil }]
    const also: LedgerEntry[] = [
      {
        kind: 'release',
        key: release.key,
        event: 'failed',
        document: { ...release, images: [`x:${evil}`], author: evil, attempts: [{ ...attempt!, evidence }] },
      },
      {
        kind: 'revert',
        key: 'revert-checkout',
        event: 'opened',
        document: theRevert({ pullRequest: { number: 412, url: 'javascript:window.hacked=1' } }),
      },
    ]
    const links = { application: () => undefined, commit: () => undefined, own: () => 'javascript:window.hacked=1' }
    await using bad = await kedgeOf(also, { links })
    await using front = await openHostPage(bad.url, { application: APPLICATION, resource: ROLLOUT })
    expect(await open(front, /onerror/)).toContain('<img src=x')
    expect(await browser.evaluate(`document.querySelectorAll('#tab img, #tab script, #tab [onerror], a[href^="javascript"]').length`)).toBe(
      0,
    )
    expect(await browser.evaluate('window.hacked ?? null')).toBeNull()
    expect(await browser.evaluate('complaints')).toEqual([])
  })

  const LOOKS = [1400, 800, 390].flatMap((width) => ['', '?dark'].map((theme) => [width, theme || 'light'] as const))

  test.each(LOOKS)('axe finds nothing at %d pixels, %s, and nothing runs off the side', { timeout: 60_000 }, async (width, theme) => {
    await browser.look({ width, height: 900, scheme: 'light' })
    await browser.open(`${page.url}/${theme === 'light' ? '' : theme}`)
    await untilSays('tab', /success-rate/)
    await browser.evaluate(`document.querySelector('#panel button').click()`)
    await untilSays('flyout', /catalog/)
    await browser.evaluate(`${axe.source}; undefined`)
    const found = await browser.evaluate<string[]>(`axe.run().then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target, failureSummary].join(' '))))`)
    expect(found).toEqual([])
    expect(await browser.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  })
})
