/** Something that goes wrong on purpose with one request. */
export type Fault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** The answer comes late, in milliseconds of the server's clock. */
  | { kind: 'delay'; ms: number }
  /** The connection is cut before anything happened. */
  | { kind: 'drop-before' }
  /** What was asked happens, and the answer is lost. */
  | { kind: 'drop-after' }

/** Which requests a fault meets, and how often. Without `method` or `path` it meets all of them. */
export interface FaultRule {
  method?: string
  path?: RegExp
  /** How many requests it meets before it is spent. Default 1. */
  times?: number
  fault: Fault
  /** What goes wrong once this rule is spent. */
  afterwards?: FaultRule
}

export interface Faults {
  inject(rule: FaultRule): void
  /** Ends every fault that is not spent yet. */
  clear(): void
  /** The fault that meets this request, spending it once. The rule injected first wins. */
  take(method: string, path: string): Fault | undefined
}

/** An empty list of faults. */
export function createFaults(): Faults {
  let rules: (FaultRule & { left: number })[] = []
  const inject = (rule: FaultRule): void => void rules.push({ ...rule, left: rule.times ?? 1 })
  return {
    inject,
    clear() {
      rules = []
    },
    take(method, path) {
      const rule = rules.find((candidate) => (candidate.method ?? method) === method && (candidate.path?.test(path) ?? true))
      if (rule === undefined) return undefined
      rule.left -= 1
      rules = rules.filter((candidate) => candidate.left > 0)
      if (rule.left === 0 && rule.afterwards) inject(rule.afterwards)
      return rule.fault
    },
  }
}
