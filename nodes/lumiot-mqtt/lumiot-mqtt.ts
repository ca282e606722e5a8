/** A home on MQTT: its states and actions for "mqtt out", commands from "mqtt in", discovery for Home Assistant. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { LumiotError, toLumiotError } from '../../lib/home/errors';
import { checkMqttSettings } from '../../lib/mqtt';
import { network } from '../shared/runtime/environment';
import { type FlowsFollower, followFlows, leaveFlows } from '../shared/runtime/flows-started';
import { type Stored, settingsOf, text } from '../shared/runtime/settings';
import { failing, NodeStatus } from '../shared/runtime/status';
import { Abandoned } from './abandoned';
import { goes, handOver } from './farewell';
import { receivedOf } from './inlet';
import { memoryOf } from './mapped';
import { Outlet } from './outlet';
import { accountSide, gatewaySide, type Side } from './sides';
import { joinTwins } from './twins';

const names = ['gateway', 'account', 'baseTopic', 'homeAssistant', 'discoveryPrefix', 'qos'] as const;

export default function register(RED: NodeAPI): void {
  function LumiotMqtt(this: Node, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const stored = settingsOf(RED, this, definition, names);
    const checked = checkMqttSettings(stored);
    const { settings } = checked;
    const problems = [...unfilled(definition as unknown as Stored, stored, settings.homeAssistant), ...checked.problems];
    for (const problem of problems) this.error(problem.message);
    let isLeaving = false;
    const outlet = new Outlet({
      nodeId: this.id,
      clock: network(RED).environment.clock,
      send: (message) => (isLeaving ? handOver(RED, this, message) : this.send(message)),
    });
    const abandoned = new Abandoned({ memory: () => memoryOf(RED, this.id), publish: (message) => outlet.publish(message) });
    const [gateway, account] = [text(stored.gateway), text(stored.account)];
    const sideOf = (): Side => {
      const [problem] = problems;
      if (problem !== undefined) return misconfigured(RED, this, problem);
      const options = { RED, node: this, settings, outlet };
      // Where both are set, it is the gateway.
      if (gateway === '' && account !== '') return accountSide({ ...options, config: account });
      return gatewaySide({ ...options, config: gateway });
    };

    let ending: Promise<void> | undefined;
    const end = (isGone: boolean): Promise<void> => {
      leaveFlows(follower);
      twins.leave();
      outlet.close(isGone);
      return isGone && !side.isMapped ? abandoned.takeBack() : side.close(isGone);
    };
    // One whose settings cannot be used tells of nothing, and is nobody's twin.
    const twins = joinTwins(this, problems.length > 0 ? this.id : gateway || account, settings.baseTopic);
    let hasWarned = false;
    const warnOfTwin = (): void => {
      const elder = side.isMapped ? twins.elder() : undefined;
      if (elder !== undefined && !hasWarned) this.warn(twinText(elder, settings.baseTopic));
      hasWarned = elder !== undefined;
    };
    const follower: FlowsFollower = {
      flowsStarted: () => {
        warnOfTwin();
        outlet.flowsStarted();
        side.look();
        if (!side.isMapped) abandoned.look();
      },
      flowsStop: (removed) => {
        if (!goes(this, removed)) return outlet.flowsStop();
        isLeaving = true;
        ending = end(true);
      },
    };
    // Before those of its home: what is taken back at the end must go out first.
    this.on('close', (isGone: boolean, done: () => void) => {
      ending ??= end(isGone);
      ending.then(done, (thrown: unknown) => {
        this.error(toLumiotError(thrown, 'STORE_FAILED').message);
        done();
      });
    });
    const side = sideOf();
    // After its home: what was held for it is heard before anything goes out.
    followFlows(RED, follower);

    this.on('input', (message, _send, done) => {
      const run = async (): Promise<LumiotError | undefined> => {
        const received = await side.mapped().receive(receivedOf(message as unknown as Record<string, unknown>));
        if (received.outcome === 'answered') side.status.recovered();
        return received.outcome === 'failed' ? received.error : undefined;
      };
      const finish = (error?: LumiotError): void => {
        if (error !== undefined) side.status.failed(error);
        done(error);
      };
      run().then(finish, (thrown: unknown) => finish(toLumiotError(thrown, 'UNSUPPORTED')));
    });
  }

  RED.nodes.registerType('lumiot-mqtt', LumiotMqtt);
}

function twinText(elder: string, baseTopic: string): string {
  return `The node "${elder}" brings the same home to the same base topic, "${baseTopic}". On one broker both carry out each command, so that a toggle does nothing. Delete one of them.`;
}

/** A variable that nothing fills must not turn into the default: two edges would share a base topic, and take back what the other says. */
function unfilled(typed: Stored, filled: Stored, isAnnounced: boolean): LumiotError[] {
  return ['baseTopic', ...(isAnnounced ? ['discoveryPrefix'] : [])]
    .filter((name) => text(typed[name]) !== '' && text(filled[name]) === '')
    .map(
      (name) =>
        new LumiotError(
          'NOT_CONFIGURED',
          `The setting ${name} is "${text(typed[name])}", and that comes to nothing. Set the environment variable, or enter a topic.`,
        ),
    );
}

/** A node whose settings cannot be used: it publishes nothing, and says why to whoever sends it something. */
function misconfigured(RED: NodeAPI, node: Node, problem: LumiotError): Side {
  const status = new NodeStatus(node, network(RED).environment.clock, 'not-configured');
  status.force(failing('status.misconfigured'));
  node.on('close', (done: () => void) => {
    status.close();
    done();
  });
  return {
    status,
    isMapped: false,
    mapped: () => {
      throw problem;
    },
    look: () => {},
    close: () => Promise.resolve(),
  };
}
