import { notRendered, type RenderedDigest, type Rendering } from '../domain/application/rendered.ts'
import type { Renderer } from '../ports/renderer.ts'

type Refusal = Rendering & { result: 'unknown' }

const NOBODY = notRendered('unsupported', 'no renderer is there')

/** Asks one after the other: the first that reads such a source answers. What needs no server comes first. */
export function joinRenderers(renderers: readonly Renderer[]): Renderer {
  async function first<Told extends { result: 'rendered' } | Refusal>(ask: (renderer: Renderer) => Promise<Told | Refusal>) {
    let told: Told | Refusal = NOBODY
    for (const renderer of renderers) {
      told = await ask(renderer)
      const isLeft = told.result === 'unknown' && (told.why === 'unsupported' || told.why === 'too-large')
      if (!isLeft) break
    }
    return told
  }

  return {
    render: (question) => first<Rendering>((renderer) => renderer.render(question)),
    digest: (question) => first<RenderedDigest>((renderer) => renderer.digest(question)),
  }
}
