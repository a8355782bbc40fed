/** A private network for containers, whose members keep their addresses when they are cut off and come back. */

import type { Docker, DockerNetwork } from './docker.ts';

/** Tests of several projects may run on one machine at a time: a subnet that is taken is passed over. */
const subnets = 200;

/** A network with room for 250 members. */
export class Network {
  readonly name: string;
  readonly #network: DockerNetwork;
  readonly #prefix: string;
  /** The first is the gateway's. */
  #given = 1;

  private constructor(name: string, network: DockerNetwork, prefix: string) {
    this.name = name;
    this.#network = network;
    this.#prefix = prefix;
  }

  /** Makes a network that its members and this machine reach, and nobody else. */
  static async create(docker: Docker, name: string, labels: Record<string, string>): Promise<Network> {
    for (let i = 0; ; i++) {
      const prefix = `10.213.${20 + ((process.pid + i) % subnets)}`;
      const ipam = { Driver: 'default', Config: [{ Subnet: `${prefix}.0/24` }] };
      try {
        const network = await docker.createNetwork({ Name: name, Internal: true, Labels: labels, IPAM: ipam });
        return new Network(name, network, prefix);
      } catch (error) {
        if (i >= subnets || !String(error).includes('overlaps')) throw error;
      }
    }
  }

  /** Gives an address that no member has had yet. */
  nextAddress(): string {
    this.#given += 1;
    return `${this.#prefix}.${this.#given}`;
  }

  /** How docker is told of a member. */
  endpoint(name: string, address: string): { Aliases: string[]; IPAMConfig: { IPv4Address: string } } {
    return { Aliases: [name], IPAMConfig: { IPv4Address: address } };
  }

  /** Plugs a container in, under its name and its address. */
  async connect(container: string, name: string, address: string): Promise<void> {
    await this.#network.connect({ Container: container, EndpointConfig: this.endpoint(name, address) });
  }

  /** Pulls a container's cable. */
  async disconnect(container: string): Promise<void> {
    await this.#network.disconnect({ Container: container, Force: true });
  }

  /** Removes the network; its members are gone by then. */
  async remove(): Promise<void> {
    await this.#network.remove();
  }
}
