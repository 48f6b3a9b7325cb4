import type { Rendering } from '../domain/application/rendered.ts'
import type { Renderer } from '../ports/renderer.ts'

const NOBODY: Rendering = { result: 'unknown', why: 'unsupported', detail: 'no renderer is there' }

/** Asks one after the other: the first that reads such a source answers. What needs no server comes first. */
export function joinRenderers(renderers: readonly Renderer[]): Renderer {
  return {
    async render(question) {
      let rendering = NOBODY
      for (const renderer of renderers) {
        rendering = await renderer.render(question)
        const isLeft = rendering.result === 'unknown' && (rendering.why === 'unsupported' || rendering.why === 'too-large')
        if (!isLeft) break
      }
      return rendering
    },
  }
}
