import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openHostPage } from '../../argocd-extension/host-page.ts'
import { pagesOf } from '../fleet/pages-of.ts'
import { openFleet } from '../fleet/story.ts'
import { findChromium, startChromium, type Browser } from './chromium.ts'

// Takes the pictures of the pages that README and docs show, with the Chromium of this machine, of the simulated fleet alone: each page is
// what the service made of what it saw there. npm run pictures
// With a folder, it takes every page at three widths in both schemes into it instead, for a look, and to hold a change of the style against
// what was before: npm run pictures -- FOLDER

const program = findChromium()
if (program === undefined) throw new Error('no Chromium is installed: the pictures cannot be taken')
await using fleet = await openFleet()
await using browser = await startChromium(program)
const folder = process.argv[2]
await (folder === undefined ? takeForDocs(browser) : takeAll(browser, folder))

async function takeForDocs(tab: Browser): Promise<void> {
  const { release } = await pagesOf(fleet.url)
  const pictures = [
    { path: '/', name: 'board', scheme: 'light', height: 840 },
    { path: '/', name: 'board-dark', scheme: 'dark', height: 840 },
    { path: release, name: 'release', scheme: 'light', height: 1_100 },
  ] as const
  for (const { path, name, scheme, height } of pictures) {
    await tab.look({ width: 1_320, height, scheme, scale: 2, still: true })
    await tab.open(fleet.url + path)
    await keep(tab, name)
  }
  await takeInArgoCd(tab)
}

/** Kedge's extension, on a page that offers what Argo CD's does. */
async function takeInArgoCd(tab: Browser): Promise<void> {
  const metadata = fleet.store.get({ plural: 'rollouts', namespace: 'shop', name: 'checkout' })?.metadata
  const application = { metadata: { name: 'checkout', namespace: 'argocd' }, spec: { project: 'shop' } }
  await using page = await openHostPage(fleet.url, { application, resource: { kind: 'Rollout', metadata } })
  await tab.look({ width: 900, height: 500, scheme: 'light', scale: 2, still: true })
  await tab.open(`${page.url}/`)
  await tab.evaluate(`new Promise((resolve) => {
    const look = () => document.querySelector('#tab table') && document.querySelector('#panel a') && resolve()
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
    look()
  })`)
  await keep(tab, 'in-argocd')
}

async function keep(tab: Browser, name: string): Promise<void> {
  await writeFile(new URL(`../../../docs/images/${name}.png`, import.meta.url), await tab.picture())
}

async function takeAll(tab: Browser, into: string): Promise<void> {
  await mkdir(into, { recursive: true })
  for (const path of (await pagesOf(fleet.url)).all) {
    const name = path.startsWith('/releases/') ? 'release' : path.replaceAll(/\W+/g, '-')
    for (const width of [1_400, 800, 390]) {
      for (const scheme of ['light', 'dark'] as const) {
        await tab.look({ width, height: 1_400, scheme, still: true, scripts: false })
        await tab.open(fleet.url + path)
        await tab.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
        await writeFile(join(into, `${name}.${width}.${scheme}.png`), await tab.picture())
      }
    }
  }
}
