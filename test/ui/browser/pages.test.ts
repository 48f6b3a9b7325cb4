import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Listener } from '../../../src/http/servers/listener.ts'
import { pagesOf } from '../fleet/pages-of.ts'
import { openFleet } from '../fleet/story.ts'
import type { FleetWorld } from '../fleet/world.ts'
import { serveMany } from '../many.ts'
import { findChromium, startChromium, type Browser } from './chromium.ts'

// The pages in a real browser: how high a row is, that nothing runs off the side, and what axe-core finds. Where no Chromium is, these are
// left out, and the name of the test says so; `KEDGE_TEST_CHROMIUM=required` makes that a failure.

const program = findChromium()
const isRequired = process.env['KEDGE_TEST_CHROMIUM'] === 'required'

test.runIf(isRequired)('a Chromium is here, so that its tests are not left out', () => {
  expect(program).toBeDefined()
})

const WIDTHS = [1400, 800, 390] as const
/** What a row may be high at most, pixels. */
const ROW_HEIGHTS = { 1400: 44, 800: 60, 390: 88 } as const
const SCHEMES = ['light', 'dark'] as const
const LOOKS = WIDTHS.flatMap((width) => SCHEMES.map((scheme) => [width, scheme] as const))

const AXE = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target, failureSummary].join(' '))))`

describe.runIf(program !== undefined)(`in ${program ?? 'a browser, left out: no Chromium is installed'}`, () => {
  let browser: Browser
  let story: FleetWorld
  let many: Listener
  let pages: Awaited<ReturnType<typeof pagesOf>>

  beforeAll(async () => {
    story = await openFleet()
    many = await serveMany(100)
    pages = await pagesOf(story.url)
    browser = await startChromium(program!)
  }, 120_000)

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await Promise.all([story?.[Symbol.asyncDispose](), many?.[Symbol.asyncDispose]()])
  })

  test.each(LOOKS)('axe finds nothing on any page at %d pixels, %s', { timeout: 120_000 }, async (width, scheme) => {
    await browser.look({ width, height: 900, scheme })
    for (const url of [...pages.all.map((path) => story.url + path), ...['/', '/storms', '/ledger'].map((path) => many.url + path)]) {
      await browser.open(url)
      await browser.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
      await browser.evaluate(`${axe.source}; undefined`)
      expect({ url, found: await browser.evaluate<string[]>(AXE) }).toEqual({ url, found: [] })
    }
  })

  test.each(LOOKS)('a row is dense, whole and within the page at %d pixels, %s', { timeout: 60_000 }, async (width, scheme) => {
    await browser.look({ width, height: 900, scheme })
    const paths = ['/', '/releases', '/rollouts/east/shop/checkout']
    for (const url of [...paths.map((path) => story.url + path), many.url, `${many.url}/releases`]) {
      await browser.open(url)
      const heights = await browser.evaluate<number[]>(
        `[...document.querySelectorAll('.board tbody tr')].map((row) => row.getBoundingClientRect().height)`,
      )
      expect(Math.max(...heights)).toBeLessThanOrEqual(ROW_HEIGHTS[width])
      expect(await browser.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
  })

  test.each([
    [1400, '/', 'td'],
    [1400, '/releases', 'td'],
    [1320, '/', 'td'],
    [1280, '/', 'td:nth-child(5)'],
    [390, '/', 'td:nth-child(5)'],
  ])('at %d pixels nothing on %s is cut in %s', async (width, path, cells) => {
    await browser.look({ width, height: 900, scheme: 'light' })
    await browser.open(story.url + path)
    const cut = `[...document.querySelectorAll('.board tbody ${cells}')]
      .filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)`
    expect(await browser.evaluate<string[]>(cut)).toEqual([])
  })

  test('on a narrow screen, too, a row says which side is which', async () => {
    await browser.look({ width: 390, height: 900, scheme: 'light' })
    await browser.open(`${story.url}/`)
    const before = (cell: number) => `getComputedStyle(document.querySelector('.board tbody tr td:nth-child(${cell})'), '::before').content`
    expect([await browser.evaluate(before(2)), await browser.evaluate(before(4))]).toEqual(['"Git "', '"runs "'])
  })

  test('the policy for scripts and styles refuses nothing that a page needs', { timeout: 60_000 }, async () => {
    await browser.look({ width: 1400, height: 900, scheme: 'light' })
    for (const path of pages.all) {
      await browser.open(story.url + path)
      expect(await browser.evaluate('document.styleSheets.length')).toBe(1)
      expect(await browser.evaluate('document.querySelectorAll("[style], [onclick], style").length')).toBe(0)
    }
  })

  test('a moment is in the reader’s own time with UTC on hover, and in UTC without scripts', async () => {
    const first = `(({ textContent, title }) => [textContent, title])(document.querySelector('.timeline time'))`
    await browser.look({ width: 1400, height: 900, scheme: 'light' })
    await browser.open(story.url + pages.release)
    const [text, title] = await browser.evaluate<[string, string]>(first)
    expect(title).toBe('2026-11-23 09:51:00 UTC')
    expect(text).toMatch(/2026/)
    expect(text).not.toContain('UTC')
    await browser.look({ width: 1400, height: 900, scheme: 'light', scripts: false })
    await browser.open(story.url + pages.release)
    expect(await (await fetch(story.url + pages.release)).text()).toContain('>2026-11-23 09:51:00 UTC</time>')
    expect((await browser.evaluate<[string, string]>(first))[0]).toBe('2026-11-23 09:51:00 UTC')
  })

  test('what somebody is writing into the search is there after the page was made new', { timeout: 30_000 }, async () => {
    await browser.look({ width: 1400, height: 900, scheme: 'light' })
    await browser.open(`${story.url}/`)
    const kept = await browser.evaluate<string[]>(`new Promise((resolve) => {
      const input = document.querySelector('#filter input')
      input.focus()
      input.value = 'half'
      // The page on the screen is made to differ from the next copy, and back where the copy has arrived.
      document.querySelector('main h1').textContent = 'old'
      const seen = new MutationObserver(() => {
        const { activeElement } = document
        resolve([document.querySelector('main h1').textContent.trim(), activeElement.name, activeElement.value])
      })
      seen.observe(document.querySelector('footer').parentNode, { childList: true })
    })`)
    expect(kept.slice(1)).toEqual(['q', 'half'])
  })
})
