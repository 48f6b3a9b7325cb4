import { wordsOf, type Known } from './ask.ts'
import { drawLink, drawSign } from './draw-rollout.ts'
import type { Draw, Element, Node } from './host.ts'
import { STYLES } from './look.ts'

/** How the worst Rollout of an Application stands, in a few words; nothing where Kedge has nothing to do with it. */
export function drawPanel(h: Draw, known: Known, open: () => void): Node {
  const small = (text: Node): Element => h('span', { key: 'small', style: { ...STYLES.small, display: 'block' } }, text)
  if (known.state !== 'answered') return panelOf(h, open, small(wordsOf(known)), null)
  const { rollouts, total, blind } = known.answer
  const [worst, ...others] = rollouts
  if (!worst) return blind.length === 0 ? null : panelOf(h, open, small(`Not known: ${blind.join(', ')} cannot be seen.`), null)
  const { tone, verdict, name, release } = worst
  const pull = release?.isOpen ? release.pullRequest : null
  const state = h('span', { key: 'state', style: { ...STYLES.value, display: 'block' } }, drawSign(h, tone), verdict)
  const which = others.length > 0 ? small(`${name}, and ${total - 1} more`) : null
  const beside = pull && h('p', { style: STYLES.small }, drawLink(h, `Pull request ${pull.words}`, pull.href))
  return panelOf(h, open, [state, which], beside)
}

/** A button that opens the flyout, as Argo CD's own items have one; a link stands beside it, not in it. */
function panelOf(h: Draw, open: () => void, words: Node, beside: Node): Element {
  const label = h('span', { key: 'label', style: { ...STYLES.label, display: 'block' } }, 'KEDGE')
  const button = h('button', { key: 'open', type: 'button', onClick: open, style: STYLES.button, 'aria-haspopup': 'dialog' }, label, words)
  return h('div', { className: 'application-status-panel__item', style: STYLES.panel }, button, beside)
}
