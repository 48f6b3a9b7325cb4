import type { SeenAlert } from '../alert/alert.ts'
import { weighAlert, weighFlags, type Windows } from '../alert/weigh.ts'
import { plain } from '../application/applied.ts'
import { imagesTold } from '../rollout/images-told.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import { burnedFacts, followBurns, hasPassed, isUnderWay, windowsOf } from './burned.ts'
import { asksGit, isOverForAlert } from './end.ts'
import { releaseKey, templateKey } from './keys.ts'
import type { FlagsSeen, FlagSync, Observation } from './observation.ts'
import type { End, Release } from './release.ts'
import type { ReleaseEvent, ReleaseFacts } from './transitions.ts'
import { UNTRIED } from './untried.ts'

/**
 * The next steps of releases that changed flags and no template. They have no template hash, so nothing that is told by templates takes one
 * of them for a release of its own: N is what runs, before and after.
 */
export function flagSteps(look: Observation): readonly FlagStep[] {
  const { flags, now: at } = look
  if (!flags) return []
  const open = flags.releases.filter(({ state }) => state !== 'ended')
  const ended = open.flatMap((release) => {
    const outcome = endOfFlag(release, look)
    return outcome ? [{ known: release, event: { type: 'release-ended', outcome, at } as const }] : []
  })
  const taken = new Set(ended.map(({ known }) => known.key))
  return [...ended, ...followBurns(look, taken, open), ...burned(look, open)]
}

interface FlagStep {
  readonly known: Release | undefined
  readonly event: ReleaseEvent
}

/** An alert names the flags that a sync has changed. What may be about a template as well is that one's, with the flags told beside it. */
function burned(look: Observation, open: readonly Release[]): readonly FlagStep[] {
  const { alerts, flags, rollout, serving } = look
  const windows = windowsOf(look)
  if (!look.settled || look.baseline || !rollout || !serving.current || !alerts || alerts.fault !== undefined) return []
  if (windows.bakeMs <= 0 || !flags?.syncBefore || isUnderWay([...look.open, ...open], look, windows)) return []
  if (alerts.alerts.some((alert) => weighAlert(alert, look, windows).verdict === 'burn')) return []
  const asked = { rollout, flags, windows }
  for (const alert of alerts.alerts.toSorted((a, b) => a.beganAt - b.beganAt)) {
    const step = burnedBy(alert, look, asked)
    if (step) return [step]
  }
  return []
}

/** What an alert is held against: all of it is there, and for how long it counts. */
interface Asked {
  readonly rollout: RolloutSnapshot
  readonly flags: FlagsSeen
  readonly windows: Windows
}

function burnedBy(alert: SeenAlert, look: Observation, { rollout, flags, windows }: Asked): FlagStep | undefined {
  const found = flags.syncBefore?.(alert)
  const verdict = found && weighFlags(alert, look, windows, found.appliedAt)
  if (!found || verdict?.verdict !== 'burn') return undefined
  const begun = begin(rollout, look, found)
  const known = flags.releases.find(({ key }) => key === begun.key)
  if (known && known.state !== 'ended') return undefined
  const { appliedAt: promotedAt, files } = found
  const facts = burnedFacts({ alert, release: known ?? begun, promotedAt, others: verdict.others, flags: files }, look, windows)
  return { known, event: { type: 'release-burned', facts } }
}

function begin(rollout: RolloutSnapshot, look: Observation, { sync, before, appliedAt }: FlagSync): ReleaseFacts {
  const { cluster, namespace, name, uid, currentPodHash: stableHash = null } = rollout
  const template = templateKey(cluster, uid, `flags-${sync.revisions.map((revision) => revision.slice(0, 64)).join('+')}`)
  const rolloutRevision = look.serving.current?.rolloutRevision ?? 0
  const images = imagesTold(rollout, look.replicaSets)
  return {
    ...UNTRIED,
    key: releaseKey(template, rolloutRevision),
    templateKey: template,
    cluster,
    namespace,
    rollout: name,
    uid,
    podTemplateHash: null,
    rolloutRevision,
    stableHash,
    images,
    stableImages: images,
    startedAt: sync.startedAt ?? appliedAt,
    applied: plain(sync),
    before,
    goodApplied: before,
    stepHash: null,
    byTemplate: false,
    serving: look.serving.state,
  }
}

/**
 * It is restored once a sync has brought the flags back and the alert is over; flags that are changed on, or a template that is promoted
 * meanwhile, take its place.
 */
function endOfFlag(release: Release, look: Observation): End | undefined {
  const { rollout } = look
  if (!rollout || rollout.uid !== release.uid) return look.settled || rollout ? 'gone' : undefined
  if (!rollout.observed || rollout.invalidSpec !== undefined || !rollout.currentPodHash) return undefined
  if (rollout.currentPodHash !== rollout.stableRS || rollout.phase !== 'Healthy') return undefined
  const isOver = isOverForAlert(release, look)
  if (rollout.currentPodHash !== release.stableHash) return isOver && look.restoredInGit(release) ? 'restored' : 'superseded'
  const moved = asksGit(release, look) && look.movedInGit(release)
  if (moved === undefined) return undefined
  if (moved) return isOver ? (moved === 'onward' ? 'superseded' : 'restored') : undefined
  return !look.restoredInGit(release) && hasPassed(release, look) ? 'promoted' : undefined
}
