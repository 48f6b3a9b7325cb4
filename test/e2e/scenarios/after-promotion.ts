import assert from 'node:assert/strict'
import type { PullRequest } from '../../../src/simulator/github/forge.ts'
import type { Play } from '../play.ts'
import { canaryFiles, type Scenario } from '../scenario.ts'
import { BAKE_MS, GOOD, monitoringOf, untilPromoted, untilThePastIsKnown } from './prometheus.ts'

const NOT_REPLAYED = 'a recording holds no alerts'
const SLOW = 'it waits for several bake windows; KEDGE_NIGHTLY=1 plays it'

/** What was applied within twice the window is a suspect, too. */
const ALONE_MS = 2 * BAKE_MS + 10_000
/** What begins at the very moment is not known to have begun after it. */
const AFTER_MS = 8_000

/** Errors, the alert, its card, and Kedge's pull request. */
async function burn(play: Play): Promise<PullRequest> {
  await play.letPass(AFTER_MS)
  assert.deepEqual(play.cards(), [], 'nothing has burned')
  monitoringOf(play).exporter.set(play.name, { perSecond: 1_000, errors: 1 })
  await play.untilCard('ErrorBudgetBurn')
  return play.untilPullRequest()
}

/** The errors end; those of before leave the windows of the rule little by little. */
async function untilRestored(play: Play): Promise<void> {
  monitoringOf(play).exporter.set(play.name, { perSecond: 10_000, errors: 0 })
  await play.untilApplication('Synced', 'Healthy')
  await play.untilCard('restored')
  assert.equal((await play.pullRequests()).length, 1, 'one pull request')
}

/** Two releases are promoted, the older of them long ago: only the newer goes back. */
const olderInnocent: Scenario = {
  name: 'older-release-innocent',
  onPrometheus: true,
  mostlyWaits: true,
  notReplayed: NOT_REPLAYED,
  nightly: SLOW,
  async play(play) {
    monitoringOf(play).exporter.set(play.name, GOOD)
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await untilThePastIsKnown(play)
    await play.letPass(ALONE_MS)
    await play.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
    await untilPromoted(play, 'v1.8.0')
    await play.letPass(ALONE_MS)
    await play.commit('Release web v1.9.0', canaryFiles(play, 'v1.9.0'))
    await untilPromoted(play, 'v1.9.0')
    const pull = await burn(play)
    assert.match(pull.title, /v1\.9\.0/)
    await play.merge(pull)
    await untilPromoted(play, 'v1.8.0')
    await untilRestored(play)
  },
}

/** What the application reads and no template names, as a file. */
export function flagFile(level: string): string {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-flags' }, data: { checkout: level } }
  return `${JSON.stringify(config, undefined, 2)}\n`
}

/** A commit turns a flag on: no new template, an alert, and the pull request that takes the flag back. */
const flagBurns: Scenario = {
  name: 'flag-only-commit-burns',
  onPrometheus: true,
  mostlyWaits: true,
  notReplayed: NOT_REPLAYED,
  nightly: SLOW,
  async play(play) {
    monitoringOf(play).exporter.set(play.name, GOOD)
    await play.begin({ ...canaryFiles(play, 'v1.7.3'), 'flags.yaml': flagFile('off') })
    await untilThePastIsKnown(play)
    await play.letPass(ALONE_MS)
    await play.commit('Turn the new checkout on', { ...canaryFiles(play, 'v1.7.3'), 'flags.yaml': flagFile('on') })
    // It was Synced before, too: the sync is given its time.
    await play.letPass(AFTER_MS)
    await play.untilApplication('Synced', 'Healthy')
    const pull = await burn(play)
    assert.match(pull.body, /No new version was rolled out/)
    assert.match(pull.title, /Turn the new checkout on/)
    await play.merge(pull)
    await untilRestored(play)
    // One version has served all the time.
    await untilPromoted(play, 'v1.7.3')
  },
}

export const AFTER_PROMOTION_SCENARIOS: readonly Scenario[] = [olderInnocent, flagBurns]
