import type { RolloutSummary } from '../../src/api/contract.ts'
import { summariseRollout } from '../../src/http/views/rollout-summary.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage, type Stage as AnyStage, type StageOptions } from './stage.ts'

const REF = { cluster: 'prod', namespace: 'shop', name: 'web' }
export const RENDERERS = ['directory', 'none'] as const

export type Stage = RunningStage & { second: string }

/** v1 and v2 have both been healthy, v2 is what Git asks for. */
export async function createSecondVersion(options: StageOptions = {}): Promise<Stage> {
  const stage = await createRunningStage(options)
  const second = await stage.release('v2')
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(60_000)
  return Object.assign(stage, { second })
}

/** What every surface is made from. */
export function boardRow(stage: AnyStage): RolloutSummary {
  const view = stage.views.find(({ cluster }) => cluster === REF.cluster)
  const rollout = view?.rollout(REF.namespace, REF.name)
  if (!view || !rollout) throw new Error('the Rollout is not in view')
  const { state, reason, wish } = stage.controller.serving(REF)
  return summariseRollout(
    { view, rollout, serving: state, reason, wish },
    { ledger: stage.ledger, ownersOf: () => view.applicationsOf(REF.namespace, REF.name) },
  )
}

/** The newest card, as far as it says what Git asks for. */
export function card(stage: AnyStage): { title: string; wants: string | undefined; outcome: string; todo: string | undefined } {
  const newest = stage.cards().at(-1)?.card
  const wants = newest?.fields.find(({ label }) => label === 'Git wants')?.value
  return { title: newest?.title.replace('shop/web: ', '') ?? '', wants, outcome: newest?.outcome ?? '', todo: newest?.todo }
}

/** Argo CD finds the Rollout not as Git asks, at a commit. Automated sync is off. */
export async function drift(stage: RunningStage, compared: string): Promise<void> {
  stage.app.change({ drifted: true, syncStatus: 'OutOfSync', autoSync: false })
  stage.app.compare(compared)
  await stage.show()
  await stage.pushed()
  await stage.advance(60_000)
}

export async function cannotCompare(stage: RunningStage): Promise<void> {
  stage.app.change({ drifted: false, syncStatus: 'Unknown' })
  await stage.show()
  await stage.advance(60_000)
}

export const commit = (stage: RunningStage, tag: string): string => stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, `web ${tag}`)
