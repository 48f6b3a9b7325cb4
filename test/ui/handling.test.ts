import { expect, test } from 'vitest'
import type { ReleaseDetail } from '../../src/api/contract.ts'
import { handlingWords } from '../../src/api/words.ts'
import type { Release } from '../../src/domain/release/release.ts'
import { findRelease } from '../../src/http/views/release-detail.ts'
import { renderRelease } from '../../src/ui/release-html.ts'
import { releasePageOf } from '../../src/ui/release-page.ts'
import { answered } from '../answered.ts'
import { aLedger, aView, NOW, readOptions } from '../http/fleet-fixture.ts'
import { tellStory, theRelease, theRevert } from '../http/story.ts'

// Who is on a release, and who wants no replies about it: the same words on the page, in the API and in `kedge explain`.

const SAID = { user: 'U1', channel: '#releases', at: NOW - 600_000 }
const onIt = { ...SAID, by: 'ada (in Slack)' }
const snooze = { ...SAID, by: 'bob', until: NOW + 600_000, pullRequest: 412 }

async function detailOf(more: Partial<Release>): Promise<ReleaseDetail> {
  await using ledger = await aLedger()
  await tellStory(ledger)
  const document = theRelease(more)
  for (const event of ['release-acknowledged', 'release-snoozed'])
    await ledger.append([{ kind: 'release', key: document.key, event, document }])
  const detail = await findRelease(readOptions([aView(document.cluster, { rollouts: [] })], ledger), document.key)
  if (!detail) throw new Error('the ledger has no such release')
  return answered('ReleaseDetail', detail)
}

test('the page says who is on it and until when nobody is called, and the timeline when that was said', async () => {
  const detail = await detailOf({ onIt, snooze })
  const page = releasePageOf(detail, NOW)
  expect(page.facts.slice(0, 2)).toMatchObject([
    { label: 'On it', value: 'ada (in Slack), since 2026-11-23T09:50:00Z' },
    { label: 'Snoozed', value: 'until 2026-11-23T10:10:00Z, by bob' },
  ])
  const said = page.timeline.filter(({ lane }) => lane === 'People').map(({ title }) => title)
  expect(said).toEqual(['ada (in Slack) is on it', 'bob snoozed it until 2026-11-23T10:10:00Z'])
})

test('the API tells it with the release', async () => {
  expect(JSON.parse(JSON.stringify(await detailOf({ onIt, snooze })))).toMatchObject({ release: { onIt, snooze } })
})

test.each<[string, Parameters<typeof handlingWords>, readonly string[]]>([
  ['while it is open', [theRelease({ onIt, snooze }), theRevert(), NOW], ['On it', 'Snoozed']],
  ['when its time is over', [theRelease({ onIt, snooze }), theRevert(), NOW + 600_000], ['On it']],
  [
    'when another PR is open by now',
    [theRelease({ snooze }), theRevert({ pullRequest: { number: 413, url: 'https://git.example/413' } }), NOW],
    [],
  ],
  ['of what has ended', [theRelease({ onIt, snooze, state: 'ended', outcome: 'promoted', endedAt: NOW }), undefined, NOW], ['Was on it']],
  ['where nobody has said anything', [theRelease(), undefined, NOW], []],
])('%s, it says so', (_what, given, labels) => {
  expect(handlingWords(...given).map(({ label }) => label)).toEqual(labels)
})

test('a name that is hostile is shown as it is, and is no markup', async () => {
  const page = releasePageOf(await detailOf({ onIt: { ...onIt, by: '<img src=x onerror=alert(1)>\u202e (in Slack)' } }), NOW)
  const html = renderRelease(page).markup
  expect(html).toContain('&#60;img src=x onerror=')
  expect(html).not.toMatch(/<img|\u202e/)
})
