-- Health of an argoproj.io/Rollout.
--
-- The status is the one that sync waves wait for, so it follows status.phase as the Rollouts controller wrote it.
-- The message leads with what a person needs (which version serves, whether users are hurt), then " — ", then the
-- controller's own message, unchanged. It claims only what the status proves: counts where they are one version's
-- alone, "serves" where at least one available pod is certainly that version's.
--
-- Argo CD runs health scripts without the string, math, os and io libraries unless useOpenLibs is set; this script
-- needs none of them. Nothing in the object is trusted to have the type that the CRD promises: a script that raises
-- an error turns the whole Application Unknown and blocks its syncs.

local MAX_EXACT_INTEGER = 9007199254740991 -- 2^53 - 1; above it numbers in JSON are no longer exact
local MAX_IMAGE_LENGTH = 200 -- bytes; a longer image is left out
local NONE = {}

-- Readers: the value when it has the wanted type, else the fallback.

local function tableOf(value)
  if type(value) == "table" then
    return value
  end
  return NONE
end

local function textOf(value)
  if type(value) == "string" and value ~= "" then
    return value
  end
  return nil
end

local function numberOr(value, default)
  if type(value) == "number" then
    return value
  end
  return default
end

local function isExactInteger(value)
  return type(value) == "number" and value % 1 == 0 and value <= MAX_EXACT_INTEGER and value >= -MAX_EXACT_INTEGER
end

-- countOf reads a number of pods, a weight or an index. Missing means zero to the controller (omitempty), so callers
-- write `countOf(x) or 0` where the field is one of those.
local function countOf(value)
  if isExactInteger(value) and value >= 0 then
    return value
  end
  return nil
end

-- generationOf reads a generation, which is a number in metadata and a decimal string in status and annotations. A
-- v0.9 controller wrote a hash there: that is no generation, and neither is anything else but plain decimal digits.
local function generationOf(value)
  if type(value) == "string" then
    local number = tonumber(value)
    if isExactInteger(number) and tostring(number) == value then
      return number
    end
    return nil
  end
  if isExactInteger(value) then
    return value
  end
  return nil
end

local rollout = tableOf(obj)
local metadata = tableOf(rollout.metadata)
local spec = tableOf(rollout.spec)
local strategy = tableOf(spec.strategy)
local isBlueGreen = type(strategy.blueGreen) == "table"
local blueGreen = tableOf(strategy.blueGreen)
local canary = tableOf(strategy.canary)
local isRouted = type(canary.trafficRouting) == "table"
local status = tableOf(rollout.status)
local activeSelector = tableOf(status.blueGreen).activeSelector
local weights = tableOf(tableOf(status.canary).weights)
local conditions = tableOf(status.conditions)
local pauses = tableOf(status.pauseConditions)
local stable = textOf(status.stableRS)
local current = textOf(status.currentPodHash)
local hasTwoVersions = stable ~= nil and current ~= nil and stable ~= current

local function health(code, lead, message)
  local own = textOf(message)
  if lead == nil then
    return { status = code, message = own or "" }
  end
  if own == nil then
    return { status = code, message = lead }
  end
  return { status = code, message = lead .. " — " .. own }
end

-- Observed? ----------------------------------------------------------------------------------------------------------

-- A numeric v0.9 hash can be larger than any generation, hence >= instead of ==.
local function isGenerationObserved()
  local observed = generationOf(status.observedGeneration)
  local generation = generationOf(metadata.generation)
  return observed == nil or generation == nil or observed >= generation
end

-- Like the controller: only two readable generations can disagree. The annotation is gone when a tool strips unknown
-- annotations, and the observed one when the referenced workload could not be read; neither must read as Progressing
-- for ever.
local function isWorkloadObserved()
  if spec.workloadRef == nil then
    return true
  end
  local workload = generationOf(tableOf(metadata.annotations)["rollout.argoproj.io/workload-generation"])
  local observed = generationOf(status.workloadObservedGeneration)
  return workload == nil or observed == nil or workload == observed
end

-- Pods ---------------------------------------------------------------------------------------------------------------

local function desiredPods()
  return countOf(spec.replicas) or 1
end

local function allPods()
  return countOf(status.replicas) or 0
end

local function updatedPods()
  return countOf(status.updatedReplicas) or 0
end

-- availableReplicas counts every ReplicaSet of a canary and the active one of a blue-green Rollout.
local function availablePods()
  return countOf(status.availableReplicas) or 0
end

-- What is available is ready, whatever readyReplicas says. Of a blue-green Rollout it sometimes counts every ReplicaSet.
local function readyPods()
  local ready, available = countOf(status.readyReplicas) or 0, availablePods()
  if ready > available then
    return ready
  end
  return available
end

-- podsThere counts the pods of any version, as far as the status does.
local function podsThere()
  if readyPods() > allPods() then
    return readyPods()
  end
  return allPods()
end

local function scaledToZero()
  local left = podsThere()
  if left == 0 then
    return "scaled to 0, nothing serves"
  end
  return "the spec asks for 0 pods, " .. tostring(left) .. (left == 1 and " is" or " are") .. " left"
end

-- otherPods says how many of the available pods may be of another version.
local function otherPods()
  if isBlueGreen then
    return 0
  end
  local left = allPods() - updatedPods() - desiredPods()
  if left > 0 and desiredPods() > 0 then
    return updatedPods() + left
  end
  return updatedPods()
end

-- unprovenWords is what is said in place of `serves`; nil where that is proven.
local function unprovenWords(name)
  local desired, ready, available, others = desiredPods(), readyPods(), availablePods(), otherPods()
  if available > others then
    return nil
  end
  if available > 0 then
    local pods = tostring(available) .. " available " .. (available == 1 and "pod" or "pods")
    return name .. " is not proven to serve, the " .. pods .. " may be of another version"
  end
  if isBlueGreen or others > 0 then
    return name .. " is not proven to serve, no pod is available yet"
  end
  return name .. " has " .. tostring(ready) .. " of " .. tostring(desired) .. " pods ready, none available yet"
end

-- servesWords says `stable A serves` where at least one available pod is certainly A's. The counts of a canary are those
-- of all its versions: the new one's pods may be the available ones, and so may those that are more than the spec asks
-- for. Services route to ready pods, which are not available before minReadySeconds.
local function servesWords(name)
  local unproven, desired, available = unprovenWords(name), desiredPods(), availablePods()
  if unproven ~= nil then
    return unproven
  end
  if otherPods() == 0 and available < desired then
    return name .. " serves with " .. tostring(available) .. " of " .. tostring(desired) .. " pods available"
  end
  return name .. " serves"
end

-- Traffic ------------------------------------------------------------------------------------------------------------

local route = {} -- what the router was told; a field is nil where the status does not say
if isRouted then
  route.weight = countOf(tableOf(weights.canary).weight)
  route.canaryHash = textOf(tableOf(weights.canary).podTemplateHash)
  route.stableHash = textOf(tableOf(weights.stable).podTemplateHash)
  route.stableWeight = countOf(tableOf(weights.stable).weight)
end

-- verified is there for load balancers that the controller asks whether they have taken the weights up.
local isUnverified = isRouted and weights.verified == false
local NOT_VERIFIED = "the load balancer has not verified it"

local function wholeTraffic()
  return countOf(tableOf(canary.trafficRouting).maxTrafficWeight) or 100
end

local function shareWords(weight)
  local whole = wholeTraffic()
  if whole == 100 then
    return tostring(weight) .. "% of the traffic"
  end
  return tostring(weight) .. "/" .. tostring(whole) .. " of the traffic"
end

-- newShare says what the new version has: an amount, of how much, and its words. Without an amount, the words are those
-- for traffic that goes to neither version as expected, or nil where the status does not say.
local function newShare()
  if not isRouted then
    return updatedPods(), allPods(), tostring(updatedPods()) .. " of " .. tostring(allPods()) .. " pods"
  end
  if route.weight == nil then
    return nil, nil, nil
  end
  if route.stableHash ~= nil and route.stableHash ~= stable then
    return nil, nil, "the stable route leads to " .. route.stableHash .. ", not to stable " .. stable
  end
  if route.weight == 0 or route.canaryHash == current then
    return route.weight, wholeTraffic(), shareWords(route.weight)
  end
  -- With a third version in between, the router may not have been told of this one yet.
  if route.canaryHash == nil or route.canaryHash == stable then
    return nil, nil, nil
  end
  return nil, nil, route.canaryHash .. " still has " .. shareWords(route.weight)
end

local function experimentNote()
  if not isRouted then
    if textOf(tableOf(status.canary).currentExperiment) == nil then
      return ""
    end
    return ", pods of a running experiment may get traffic too"
  end
  local sum, additional = 0, tableOf(weights.additional)
  for i = 1, #additional do
    sum = sum + (countOf(tableOf(additional[i]).weight) or 0)
  end
  if sum == 0 or countOf(sum) == nil then
    return ""
  end
  return ", an experiment has " .. shareWords(sum)
end

-- setRoute: a step without a match takes its route away, but only once it is done.
local function setRoute(routes, kind, step, isDone)
  local name = textOf(tableOf(step).name)
  if name == nil then
    return
  end
  if #tableOf(tableOf(step).match) > 0 then
    routes[name] = kind
  elseif isDone then
    routes[name] = nil
  end
end

-- Until a retry is carried out, too, the abort before it is what the controller did last.
local function isAbortDone()
  if status.abort == true and status.abortedAt ~= nil then
    return true
  end
  for i = 1, #conditions do
    if tableOf(conditions[i]).reason == "RolloutAborted" then
      return true
    end
  end
  return false
end

-- managedRoutes says what the new version gets besides its weight, by the steps that the canary has passed. The
-- controller removes such routes when it carries out an abort or a full promotion, with which it goes past the last
-- step; until then they stand. Without pods they lead nowhere.
local function managedRoutes()
  local index, steps = countOf(status.currentStepIndex), tableOf(canary.steps)
  if not isRouted or index == nil or updatedPods() == 0 then
    return nil
  end
  if isAbortDone() or (status.promoteFull == true and index >= #steps) then
    return nil
  end
  local routes = {}
  for i = 1, #steps do
    if i > index + 1 then
      break
    end
    setRoute(routes, "header", tableOf(steps[i]).setHeaderRoute, i <= index)
    setRoute(routes, "mirror", tableOf(steps[i]).setMirrorRoute, i <= index)
  end
  local isHeader, isMirror = false, false
  for _, kind in pairs(routes) do
    isHeader = isHeader or kind == "header"
    isMirror = isMirror or kind == "mirror"
  end
  if isHeader and isMirror then
    return "requests by header route and copies of requests"
  end
  if isHeader then
    return "requests by header route"
  end
  return isMirror and "copies of requests" or nil
end

-- A weight in the status is what the router was told, which is not yet what a load balancer does.
local function toldWords(name, routes)
  local but = ""
  if routes ~= nil then
    but = " but " .. routes
  end
  return "the router was told to send all traffic" .. but .. " to " .. name .. ", " .. NOT_VERIFIED
end

-- With dynamicStableScale a Rollout that goes back to stable in mid-update still routes to the version it leaves.
local function leavingVersion()
  if route.weight == nil or route.weight == 0 or route.canaryHash == current then
    return nil
  end
  return route.canaryHash
end

-- Who serves? --------------------------------------------------------------------------------------------------------

-- The standing of a Rollout changes the words: ABORTED, the controller is to go back to stable, and the new version is
-- named elsewhere; INVALID, the controller does nothing, and the template in the spec may be another than the new
-- version's; nil, neither.
local ABORTED, INVALID = "aborted", "invalid"

-- The new version with the image of its first container, by which people know it.
local function newVersionName()
  local containers = tableOf(tableOf(tableOf(spec.template).spec).containers)
  local image = textOf(tableOf(containers[1]).image)
  if spec.workloadRef ~= nil or image == nil or #image > MAX_IMAGE_LENGTH then
    return current
  end
  return current .. " (" .. image .. ")"
end

local function heldUp(standing)
  if standing == ABORTED and spec.paused == true then
    return " (spec.paused holds this up)"
  end
  return ""
end

local function blueGreenWords(name, standing)
  local selected = textOf(activeSelector)
  if selected == stable then
    return servesWords("stable " .. stable) .. (standing == ABORTED and "" or ", " .. name .. " not yet")
  end
  if selected == current and standing == ABORTED then
    local active = ", the active Service has not gone back to stable " .. stable
    return servesWords(current) .. active .. heldUp(standing)
  end
  if selected == current then
    return servesWords(name) .. ", stable is still " .. stable
  end
  local active = "the status does not say what the active Service selects"
  if selected ~= nil then
    active = "the active Service selects " .. selected
  end
  return active .. "; stable is " .. stable .. heldUp(standing)
end

local function toldStable(routes)
  local unproven = unprovenWords("stable " .. stable)
  return toldWords("stable " .. stable, routes) .. (unproven == nil and "" or "; " .. unproven)
end

-- An experiment may have what the two versions have not.
local function hasStableNone()
  return route.stableWeight == 0
end

local function withoutShare(name, standing)
  local routes = managedRoutes()
  if isUnverified and not hasStableNone() then
    return toldStable(routes)
  end
  local unverified = isUnverified and ", " .. NOT_VERIFIED or ""
  local serves = hasStableNone() and "stable " .. stable .. " has no traffic" or servesWords("stable " .. stable)
  if standing == ABORTED then
    return serves .. unverified
  end
  return serves .. ", " .. name .. (routes == nil and " not yet" or " only " .. routes) .. unverified
end

local function canaryWords(name, standing)
  local amount, whole, share = newShare()
  if amount == 0 then
    return withoutShare(name, standing)
  end
  local way = name .. " goes out beside stable " .. stable
  if standing == ABORTED then
    way = "going back to stable " .. stable
  end
  if amount == nil then
    return way .. ", " .. (share or "the status does not say who has the traffic") .. heldUp(standing)
  end
  local unverified = isUnverified and ", " .. NOT_VERIFIED or ""
  if standing == ABORTED then
    return way .. ", " .. current .. " still has " .. share .. heldUp(standing) .. unverified
  end
  local routes = managedRoutes()
  local has = name .. " has " .. share .. (routes == nil and "" or " and " .. routes)
  local isAlone = amount >= whole or hasStableNone()
  return has .. (isAlone and ", stable is still " or " beside stable ") .. stable .. unverified
end

local function trafficWords(standing)
  local name = current
  if standing == nil then
    name = newVersionName()
  end
  if isBlueGreen then
    return blueGreenWords(name, standing)
  end
  return canaryWords(name, standing) .. experimentNote()
end

local function servingTwoVersions(standing)
  if desiredPods() == 0 and readyPods() == 0 then
    return scaledToZero()
  end
  -- What is left has traffic until it is gone, and nothing goes while the spec is invalid or paused.
  if desiredPods() == 0 then
    return scaledToZero() .. ", " .. trafficWords(standing)
  end
  if readyPods() == 0 then
    return "no serving pod is ready, users are hurt; stable is " .. stable
  end
  return trafficWords(standing)
end

local function notAtCurrent()
  local selected = isBlueGreen and textOf(activeSelector) or nil
  if selected ~= nil and selected ~= current then
    return "the active Service selects " .. selected .. ", not " .. current
  end
  local leaving = leavingVersion()
  if leaving ~= nil then
    return leaving .. " still gets traffic beside " .. current
  end
  if route.stableHash ~= nil and route.stableHash ~= current then
    return "the stable route leads to " .. route.stableHash .. ", not to " .. current
  end
  return nil
end

local function servingOneVersion()
  if current == nil then
    return nil
  end
  if desiredPods() == 0 then
    return scaledToZero()
  end
  local elsewhere = notAtCurrent()
  if elsewhere ~= nil then
    return elsewhere
  end
  -- While pods of another version are left, the counts are not this version's alone.
  if isBlueGreen then
    if activeSelector ~= current then
      return nil
    end
  elseif allPods() ~= updatedPods() then
    return nil
  end
  local desired, ready, available = desiredPods(), readyPods(), availablePods()
  if ready == 0 then
    return "no pod of " .. current .. " is ready"
  end
  if available == 0 then
    return current .. " has " .. tostring(ready) .. " of " .. tostring(desired) .. " pods ready, none available yet"
  end
  if available < desired then
    return tostring(available) .. " of " .. tostring(desired) .. " pods of " .. current .. " available"
  end
  return (isUnverified and toldWords(current, nil) or current .. " serves") .. experimentNote()
end

local function serving(standing)
  if hasTwoVersions then
    return servingTwoVersions(standing)
  end
  return servingOneVersion()
end

-- What keeps pods from being made; the phase stays Progressing until the deadline, when the reason is still the same.
local function blocker()
  local what, why = nil, nil
  for i = 1, #conditions do
    local condition = tableOf(conditions[i])
    if condition.type == "ReplicaFailure" and condition.status == "True" then
      what, why = "pods", textOf(condition.message)
      break
    end
    if condition.type == "Progressing" and condition.reason == "ReplicaSetCreateError" then
      what, why = "the ReplicaSet", textOf(condition.message)
      break
    end
  end
  if what == nil then
    return ""
  end
  return ", " .. what .. " cannot be created" .. (why and " (" .. why .. ")" or "")
end

local function leadServing(lead, standing)
  local who, why = serving(standing), lead .. blocker()
  if who == nil then
    return why
  end
  return why .. ": " .. who
end

-- Paused -------------------------------------------------------------------------------------------------------------

local UNTIL_PROMOTED = " until someone promotes it"
local INCONCLUSIVE = {
  InconclusiveAnalysisRun = ", analysis inconclusive, someone must promote or abort",
  InconclusiveExperiment = ", experiment inconclusive, someone must promote or abort",
}

local function stepWords(preposition)
  local index, total = countOf(status.currentStepIndex), #tableOf(canary.steps)
  if isBlueGreen or index == nil or index >= total then
    return ""
  end
  return preposition .. "step " .. tostring(index + 1) .. " of " .. tostring(total)
end

local MAX_DIGITS = 20 -- more are no number of seconds to the controller, but for zeros

-- secondsOf reads a number of seconds as number or text; like the controller, with a plus sign or zeros before it or not.
local function secondsOf(duration)
  if type(duration) ~= "string" then
    return countOf(duration)
  end
  local seconds = countOf(tonumber(duration))
  if seconds == nil or #duration > MAX_DIGITS then
    return nil
  end
  local digits = tostring(seconds)
  while #digits <= #duration do
    if digits == duration or "+" .. digits == duration then
      return seconds
    end
    digits = "0" .. digits
  end
  return nil
end

-- A duration is "10m", or a number of seconds.
local function forHowLong(duration)
  local seconds = secondsOf(duration)
  if seconds ~= nil then
    return " for " .. tostring(seconds) .. "s"
  end
  if textOf(duration) ~= nil then
    return " for " .. duration
  end
  return ""
end

-- A pause step without a duration lasts until somebody promotes; where the step is no pause, nothing is known of how
-- long.
local function stepDuration()
  local index = countOf(status.currentStepIndex)
  if index == nil then
    return ""
  end
  local step = tableOf(tableOf(canary.steps)[index + 1])
  if type(step.pause) ~= "table" then
    return ""
  end
  if step.pause.duration == nil then
    return UNTIL_PROMOTED
  end
  return forHowLong(step.pause.duration)
end

-- autoPromotionSeconds counts only while autoPromotionEnabled is not false.
local function promotionDelay()
  if blueGreen.autoPromotionEnabled == false then
    return UNTIL_PROMOTED
  end
  local seconds = countOf(blueGreen.autoPromotionSeconds) or 0
  if seconds == 0 then
    return ""
  end
  return " for " .. tostring(seconds) .. "s"
end

local function inconclusiveWords(pause)
  if type(pause.reason) ~= "string" then
    return nil
  end
  return INCONCLUSIVE[pause.reason]
end

local function isUntilPromoted(pause)
  if pause.reason == "CanaryPauseStep" then
    return stepDuration() == UNTIL_PROMOTED
  end
  return pause.reason == "BlueGreenPause" and promotionDelay() == UNTIL_PROMOTED
end

-- Of several pauses one that only a person ends leads, an inconclusive one before all.
local function leadingPause()
  for i = 1, #pauses do
    if inconclusiveWords(tableOf(pauses[i])) ~= nil then
      return pauses[i]
    end
  end
  for i = 1, #pauses do
    if isUntilPromoted(tableOf(pauses[i])) then
      return pauses[i]
    end
  end
  return tableOf(pauses[1])
end

local function timedWords(reason)
  if reason == "CanaryPauseStep" then
    return "Paused" .. stepWords(" at ") .. stepDuration()
  end
  if reason == "BlueGreenPause" then
    return "Paused before promotion" .. promotionDelay()
  end
  return "Paused"
end

local function pauseWords()
  local pause = leadingPause()
  local inconclusive = inconclusiveWords(pause)
  if spec.paused == true then
    return "Paused by hand (spec.paused)" .. (inconclusive or "")
  end
  local words = timedWords(pause.reason)
  if inconclusive ~= nil then
    words = "Paused" .. stepWords(" at ") .. inconclusive
  end
  local since = textOf(pause.startTime)
  if since == nil then
    return words
  end
  return words .. ", since " .. since
end

local function pausedLead()
  if status.abort == true and status.abortedAt == nil then
    return leadServing("Abort asked for, not carried out yet")
  end
  if status.promoteFull == true then
    return leadServing("Full promotion asked for, not carried out yet")
  end
  return leadServing(pauseWords())
end

-- controllerPause outlives the pause conditions that a user cleared, until the controller has acted on it.
local function isResuming()
  return status.controllerPause == true and pauses[1] == nil
end

local function resumingLead()
  if spec.paused == true then
    return leadServing(pauseWords())
  end
  return leadServing("Resuming, the pause is over")
end

-- Degraded -----------------------------------------------------------------------------------------------------------

-- The controller takes the first of these in list order for its phase, so the same one explains it here.
local function causeOfDegraded()
  for i = 1, #conditions do
    local condition = tableOf(conditions[i])
    if condition.type == "InvalidSpec" then
      return "InvalidSpec"
    end
    if condition.reason == "RolloutAborted" or condition.reason == "ProgressDeadlineExceeded" then
      return condition.reason
    end
  end
  return nil
end

-- The controller neither scales nor routes while the spec is invalid: who had traffic keeps it.
local function invalidSpecLead()
  if stable == nil then
    if podsThere() == 0 then
      return "Invalid spec: nothing is rolled out"
    end
    return leadServing("Invalid spec, the first rollout stands still until it is mended", INVALID)
  end
  if hasTwoVersions then
    return leadServing("Invalid spec, the update stands still until it is mended", INVALID)
  end
  return leadServing("Invalid spec, not rolled out", INVALID)
end

local function deadlineLead()
  -- Rollouts 1.7 counts a blue-green pause against the progress deadline.
  if spec.paused == true or pauses[1] ~= nil then
    return pausedLead()
  end
  if hasTwoVersions then
    return leadServing("Stuck, not aborted") .. "; abort it or fix forward"
  end
  return leadServing("Stuck, with no other version to go back to") .. "; look at its pods or fix forward"
end

local function degradedLead()
  local cause = causeOfDegraded()
  if cause == "InvalidSpec" then
    return invalidSpecLead()
  end
  if status.promoteFull == true and (status.abort == true or cause == "RolloutAborted") then
    return leadServing("Full promotion asked for, not carried out yet")
  end
  if status.abort == true then
    if status.abortedAt == nil and cause ~= "RolloutAborted" then
      return leadServing("Abort asked for, not carried out yet")
    end
    local lead = leadServing("Aborted", ABORTED)
    if not hasTwoVersions then
      return lead
    end
    return lead .. "; the spec asks for " .. newVersionName() .. ": revert it in Git, fix forward or retry"
  end
  if cause == "RolloutAborted" then
    return leadServing("Retry asked for, not carried out yet")
  end
  if cause == "ProgressDeadlineExceeded" then
    return deadlineLead()
  end
  return serving()
end

-- Progressing --------------------------------------------------------------------------------------------------------

local function isRetry()
  for i = 1, #conditions do
    if tableOf(conditions[i]).reason == "RolloutRetry" then
      return true
    end
  end
  return false
end

local function progressingOneVersion()
  local leaving = leavingVersion()
  if leaving ~= nil and current ~= nil then
    return "Going back to " .. current .. ": " .. leaving .. " still gets traffic"
  end
  return servingOneVersion()
end

local function progressingLead()
  if blocker() ~= "" then
    return leadServing("Blocked")
  end
  if status.abort == true and status.abortedAt == nil then
    return leadServing("Abort asked for, not carried out yet")
  end
  if not hasTwoVersions then
    return progressingOneVersion()
  end
  if status.promoteFull == true then
    return leadServing("Promoting in full")
  end
  if isRetry() then
    return leadServing("Retrying") .. stepWords(", ")
  end
  return leadServing("Releasing") .. stepWords(", ")
end

-- Not observed -------------------------------------------------------------------------------------------------------

local function specNotObserved()
  local observed, generation = generationOf(status.observedGeneration), generationOf(metadata.generation)
  local detail = ""
  if observed ~= nil and generation ~= nil then
    detail = " (generation " .. tostring(generation) .. ", observed " .. tostring(observed) .. ")"
  end
  return health("Progressing", "Waiting for rollout spec update to be observed" .. detail, nil)
end

local function workloadNotObserved()
  local workload = generationOf(tableOf(metadata.annotations)["rollout.argoproj.io/workload-generation"])
  local observed = generationOf(status.workloadObservedGeneration)
  local generations = " (workload generation " .. tostring(workload) .. ", observed " .. tostring(observed) .. ")"
  return health("Progressing", "Waiting for the referenced workload's update to be observed" .. generations, nil)
end

-- Rollouts <= 0.10, which wrote no phase -----------------------------------------------------------------------------

-- v0.8 moved status.canary.stableRS to status.stableRS.
local function legacyStable()
  if status.stableRS ~= nil then
    return status.stableRS
  end
  if status.canary ~= nil then
    return tableOf(status.canary).stableRS
  end
  return ""
end

local function legacyDegraded()
  for i = 1, #conditions do
    local condition = tableOf(conditions[i])
    local isFailed = condition.type == "Progressing"
      and (condition.reason == "RolloutAborted" or condition.reason == "ProgressDeadlineExceeded")
    if condition.type == "InvalidSpec" or isFailed then
      return health("Degraded", degradedLead(), condition.message)
    end
  end
  return nil
end

local function legacyProgress()
  local updated = numberOr(status.updatedReplicas, 0)
  if updated < numberOr(spec.replicas, 1) then
    return "Waiting for roll out to finish: More replicas need to be updated"
  end
  if numberOr(status.availableReplicas, 0) < updated then
    return "Waiting for roll out to finish: updated replicas are still becoming available"
  end
  local stableRS = legacyStable()
  if isBlueGreen then
    if activeSelector ~= status.currentPodHash then
      return "active service cutover pending"
    end
    -- v0.7 wrote no stableRS for blue-green.
    if stableRS ~= "" and stableRS ~= status.currentPodHash then
      return "waiting for analysis to complete"
    end
  elseif type(strategy.canary) == "table" then
    if numberOr(status.replicas, 0) > updated then
      return "Waiting for roll out to finish: old replicas are pending termination"
    end
    if stableRS == "" or stableRS ~= status.currentPodHash then
      return "Waiting for rollout to finish steps"
    end
  end
  return nil
end

local function legacyHealth()
  local degraded = legacyDegraded()
  if degraded ~= nil then
    return degraded
  end
  if pauses[1] ~= nil or spec.paused == true then
    return health("Suspended", pausedLead(), "Rollout is paused")
  end
  if status.currentPodHash == nil then
    return health("Progressing", nil, "Waiting for rollout to finish: status has not been reconciled.")
  end
  local waiting = legacyProgress()
  if waiting ~= nil then
    return health("Progressing", progressingLead(), waiting)
  end
  return health("Healthy", nil, nil)
end

-- Verdict ------------------------------------------------------------------------------------------------------------

local function modernHealth()
  local phase, message = status.phase, status.message
  if phase == "Healthy" then
    return health("Healthy", nil, message)
  end
  if phase == "Degraded" then
    return health("Degraded", degradedLead(), message)
  end
  if phase == "Progressing" then
    return health("Progressing", progressingLead(), message)
  end
  if phase == "Paused" then
    if isResuming() then
      return health("Progressing", resumingLead(), message)
    end
    return health("Suspended", pausedLead(), message)
  end
  local name = textOf(phase)
  if name == nil then
    return health("Unknown", "The phase in the status is not text", message)
  end
  return health("Unknown", 'Unknown phase "' .. name .. '"', message)
end

if type(rollout.status) ~= "table" or not isGenerationObserved() then
  return specNotObserved()
end
if not isWorkloadObserved() then
  return workloadNotObserved()
end
if status.phase == nil or status.phase == "" then
  return legacyHealth()
end
return modernHealth()
