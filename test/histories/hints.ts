/** What Kedge does outside, by port: of each, the host tells by a webhook. */
export const EFFECTS = {
  git: ['push', 'deleteBranch'],
  forge: ['commit', 'open', 'updateBody', 'comment', 'close', 'decorate'],
} as const

/** So many turns of the event loop are enough for a pass, where Git and the forge are in memory. */
const TURNS = 60

/**
 * The port, with a webhook that comes while an effect is under way: its host has done it and tells of it, and all that follows from that is
 * done before the effect has its own answer, and before it is recorded. `hint`: the webhook.
 */
export function hinted<Port extends object>(port: Port, effects: readonly string[], hint: () => void): Port {
  return new Proxy(port, {
    get(from, name, receiver) {
      const value: unknown = Reflect.get(from, name, receiver)
      if (typeof value !== 'function' || !effects.includes(String(name))) return value
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(value, from, given)
        hint()
        for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => void setImmediate(resolve))
        return answer
      }
    },
  })
}
