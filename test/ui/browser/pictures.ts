import { writeFile } from 'node:fs/promises'
import { openStage } from '../../../src/demo/stage.ts'
import { STORIES } from '../../../src/demo/stories.ts'
import { openHostPage } from '../../argocd-extension/host-page.ts'
import { kedgeOf } from '../../argocd-extension/kedge-of.ts'
import { serveStory } from '../story-server.ts'
import { findChromium, startChromium } from './chromium.ts'

// Takes the pictures of the pages that the docs show, with the Chromium of this machine: npm run pictures

const PICTURES = [
  { path: '/', name: 'board', scheme: 'light' },
  { path: '/', name: 'board-dark', scheme: 'dark' },
] as const

const program = findChromium()
if (program === undefined) throw new Error('no Chromium is installed: the pictures cannot be taken')
await using story = await serveStory()
await using browser = await startChromium(program)
for (const { path, name, scheme } of PICTURES) {
  await browser.look({ width: 1320, height: 840, scheme, scale: 2 })
  await browser.open(story.url + path)
  await writeFile(new URL(`../../../docs/images/${name}.png`, import.meta.url), await browser.picture())
}

// A release of the demo: the real service over the stand-ins, as the revert PR waits for a person.
await using stage = await openStage({ port: 0 })
const silent = { heading: () => undefined, tell: () => undefined, details: () => undefined }
await STORIES.get('main')?.play({ stage, narrator: silent }, async () => {
  const [rollout] = await stage.client.rollouts({})
  await browser.look({ width: 1320, height: 1100, scheme: 'light', scale: 2 })
  await browser.open(`${stage.url}/releases/${rollout?.release ?? ''}`)
  await writeFile(new URL('../../../docs/images/release.png', import.meta.url), await browser.picture())
})

// Kedge's extension, on a page that offers what Argo CD's does.
await using kedge = await kedgeOf()
const resource = { kind: 'Rollout', metadata: { name: 'checkout', namespace: 'shop', uid: 'uid-checkout' } }
const application = { metadata: { name: 'shop', namespace: 'argocd' }, spec: { project: 'default' } }
await using page = await openHostPage(kedge.url, { application, resource })
await browser.look({ width: 900, height: 500, scheme: 'light', scale: 2 })
await browser.open(`${page.url}/`)
await browser.evaluate(`new Promise((resolve) => {
  const seen = new MutationObserver(() => document.querySelector('#tab table') && document.querySelector('#panel a') && resolve())
  seen.observe(document.body, { childList: true, subtree: true })
})`)
await writeFile(new URL('../../../docs/images/in-argocd.png', import.meta.url), await browser.picture())
