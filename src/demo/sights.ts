import type { ReleaseDetail, RolloutDetail } from '../api/contract.ts'
import { imageReference } from '../domain/rollout/image-reference.ts'
import { evidenceLine } from '../domain/words/evidence.ts'
import type { PullRequest } from '../simulator/github/forge.ts'
import type { SlackMessage } from '../simulator/slack/workspace.ts'
import type { Scene } from '../simulator/world.ts'
import { STORY } from '../simulator/world/story.ts'
import type { Stage } from './stage.ts'
import { StepFailed, until } from './step.ts'

/** The story's Rollout as the service's API tells of it; undefined until the service has seen it. */
export async function seenRollout({ client }: Pick<Stage, 'client'>): Promise<RolloutDetail | undefined> {
  const [found] = await client.rollouts({ namespace: STORY.namespace })
  return found && client.rollout({ cluster: found.cluster, namespace: found.namespace, name: found.name })
}

/** Waits until the service tells of the Rollout what `holds` wants. @throws StepFailed */
export function untilSeen(stage: Stage, step: string, holds: (rollout: RolloutDetail) => boolean): Promise<RolloutDetail> {
  return until(step, async () => {
    const rollout = await seenRollout(stage)
    return rollout && holds(rollout) ? rollout : undefined
  })
}

/** Waits until the newest release of the Rollout is as `holds` wants. @throws StepFailed */
export function untilRelease(stage: Stage, step: string, holds: (release: ReleaseDetail) => boolean): Promise<ReleaseDetail> {
  return until(step, async () => {
    const release = (await seenRollout(stage))?.newestRelease
    return release && holds(release) ? release : undefined
  })
}

/** Every PR that Kedge has ever opened, oldest first. */
export function revertPulls(world: Scene): readonly PullRequest[] {
  return [...world.repository.pulls.values()].filter((pull) => pull.head.startsWith('kedge/revert/'))
}

/** Every card in the channel, oldest first: messages that are no replies. */
export function cards(world: Scene): readonly SlackMessage[] {
  return world.slack.messages.filter((message) => message.thread_ts === undefined)
}

/** What a person reads on a card, a line each. */
export function cardLines(card: SlackMessage): readonly string[] {
  const lines: string[] = []
  JSON.stringify(card.attachments ?? card.blocks ?? [], (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') lines.push(value)
    return value
  })
  return [card.text, ...lines].map(readable)
}

/** Slack's mark-up as it looks: `*Git wants*` over its value, links by their text, entities as characters. */
function readable(text: string): string {
  return text
    .replace(/^\*([^*\n]+)\*\n/, '$1: ')
    .replace(/<[^|>]+\|([^>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** Waits until the newest card says something. @throws StepFailed */
export async function untilCardSays(world: Scene, step: string, words: string): Promise<readonly string[]> {
  try {
    return await until(step, () => {
      const card = cards(world).at(-1)
      const lines = card ? cardLines(card) : []
      return lines.some((line) => line.includes(words)) ? lines : undefined
    })
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    const card = cards(world).at(-1)
    throw new StepFailed(step, `“${words}” is not on the card: ${card ? cardLines(card).join(' | ') : 'there is none'}`)
  }
}

/** The failing metrics of a release's newest attempt, a line each. */
export function evidenceOf({ release }: ReleaseDetail): readonly string[] {
  return (release.attempts.at(-1)?.evidence ?? []).map(evidenceLine)
}

/** `v1.8.0` of `registry.example/checkout:v1.8.0`, the beginning of the digest where one is named; of the first image. */
export function versionOf(images: readonly string[]): string {
  const image = imageReference(images[0] ?? '')
  return image?.digest?.slice(0, 19) ?? image?.tag ?? 'nothing'
}
