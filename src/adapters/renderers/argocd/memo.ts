import type { NotRendered } from '../../../domain/application/rendered.ts'
import type { RenderQuestion } from '../../../ports/renderer.ts'

/** `size`: of the manifests that it was found in, as far as they are kept, in characters. */
export interface Answer<Told> {
  rendering: Told
  size: number
}

type Question = Omit<RenderQuestion, 'rollout'> & Partial<Pick<RenderQuestion, 'rollout'>>
type Tellable = { result: 'rendered' } | { result: 'unknown'; why: NotRendered }

/** What was rendered, by the Application's spec, the revisions and the Rollout, where one is asked about. */
export interface RenderingMemo<Told extends Tellable> {
  ask(question: Question, render: () => Promise<Answer<Told>>): Promise<Told>
  /** What was answered before. */
  known(question: Question): Promise<Told> | undefined
}

const MOST_ANSWERS = 500
const MOST_TEXT = 16 * 1024 * 1024

/**
 * A memo of bounded size; what was asked first goes first. The same question at the same time is asked once. What could not be told for a
 * reason that may pass is asked again.
 */
export function createRenderingMemo<Told extends Tellable>(): RenderingMemo<Told> {
  const answers = new Map<string, { asked: Promise<Answer<Told>>; size: number }>()
  let total = 0

  function forget(key: string): void {
    total -= answers.get(key)?.size ?? 0
    answers.delete(key)
  }

  return {
    known: (question) => answers.get(keyOf(question))?.asked.then(({ rendering }) => rendering),
    async ask(question, render) {
      const key = keyOf(question)
      const known = answers.get(key)
      if (known) return (await known.asked).rendering
      const entry = { asked: render(), size: 0 }
      answers.set(key, entry)
      const answer = await entry.asked.catch((error: unknown) => {
        forget(key)
        throw error
      })
      if (answers.get(key) !== entry) return answer.rendering
      entry.size = answer.size
      total += answer.size
      if (!isLasting(answer.rendering)) forget(key)
      for (const oldest of answers.keys()) {
        if (answers.size <= MOST_ANSWERS && total <= MOST_TEXT) break
        forget(oldest)
      }
      return answer.rendering
    },
  }
}

function isLasting(rendering: Tellable): boolean {
  return rendering.result === 'rendered' || rendering.why === 'absent' || rendering.why === 'several'
}

/** All of the spec that goes into a rendering; `parameters` is a fingerprint of what lies on the Application itself. */
function keyOf({ application, revisions, rollout }: Question): string {
  const { cluster, namespace, name, uid, project, sources, multiSource, hydrator, destinationNamespace } = application
  const spec = { project, sources, multiSource, isHydrated: hydrator !== undefined, destinationNamespace }
  return JSON.stringify([cluster, namespace, name, uid, spec, revisions, rollout?.namespace, rollout?.name])
}
