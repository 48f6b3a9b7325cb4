import { writeFile } from 'node:fs/promises'
import { encodeId } from '../../../src/http/paging.ts'
import { theRelease } from '../../http/story.ts'
import { serveStory } from '../story-server.ts'
import { findChromium, startChromium } from './chromium.ts'

// Takes the pictures of the pages that the docs show, with the Chromium of this machine: npm run pictures

const PICTURES = [
  { path: '/', name: 'board', scheme: 'light' },
  { path: '/', name: 'board-dark', scheme: 'dark' },
  { path: `/releases/${encodeId(theRelease().key)}`, name: 'release', scheme: 'light' },
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
