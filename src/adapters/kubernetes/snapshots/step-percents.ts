import { fields, items, type Fields } from './fields.ts'

/**
 * The weight of a canary at each of its steps, in percent: what the last `setWeight` up to it has set, of `trafficRouting.maxWeight` where
 * that is not 100. Undefined where no step sets one, or what is set is none.
 */
export function stepPercents(canary: Fields): readonly (number | null)[] | undefined {
  const most = fields(canary['trafficRouting'])['maxWeight'] ?? 100
  if (typeof most !== 'number' || !(most > 0)) return undefined
  let percent: number | null = null
  const percents = items(canary['steps']).map((step) => {
    const weight = fields(step)['setWeight']
    if (typeof weight === 'number' && weight >= 0 && weight <= most) percent = Math.round((weight / most) * 100)
    return percent
  })
  return percent === null ? undefined : percents
}
