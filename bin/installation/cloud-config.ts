/** What cloud-init reads on the boot partition of Raspberry Pi OS 13 (trixie). Pure: gives texts. */

import { bootFolder, cardFiles } from './first-boot-script.js';
import type { CardPlan } from './fleet-table.js';

/** Those of the first user of Raspberry Pi OS. Source: Raspberry Pi Imager 2, customization_generator.cpp. */
const groups = 'users,adm,dialout,audio,netdev,video,plugdev,cdrom,games,input,gpio,spi,i2c,render,sudo';

const beginAnew = `! grep -q ${cardFiles.script} ${bootFolder}/${cardFiles.userData} || rm -f /var/lib/cloud/instance/sem/config_*`;

/**
 * The name of the computer and its Wi-Fi are left to `starling-drone-setup`: one program sets a drone up, however it came.
 * Source: cloud-init, module reference (users and groups, runcmd, power state change); YAML takes JSON's strings.
 */
export function userData({ id, user }: CardPlan): string {
  return `${[
    '#cloud-config',
    `# First boot of ${id}, written by "starling provision".`,
    'preserve_hostname: true',
    ...(user
      ? [
          `ssh_pwauth: ${user.passwordHash !== undefined}`,
          'users:',
          `- name: ${user.name}`,
          `  groups: ${groups}`,
          '  shell: /bin/bash',
          `  sudo: ${JSON.stringify('ALL=(ALL) NOPASSWD:ALL')}`,
          `  lock_passwd: ${user.passwordHash === undefined}`,
          ...(user.passwordHash === undefined ? [] : [`  passwd: ${JSON.stringify(user.passwordHash)}`]),
          ...(user.sshKey === undefined
            ? []
            : ['  ssh_authorized_keys:', `  - ${JSON.stringify(user.sshKey)}`]),
        ]
      : []),
    // It marks each module as done before it is: what the power has cut off would never be gone on with. The script takes
    // these lines away when all is done. Source: cloud-init, helpers.py (Semaphores), and its module bootcmd, which is run at every start.
    'bootcmd:',
    `- [ sh, -c, ${JSON.stringify(beginAnew)} ]`,
    'runcmd:',
    `- [ sh, ${bootFolder}/${cardFiles.script} ]`,
    'power_state:',
    '  mode: reboot',
    '  message: "starling-firstboot is done"',
  ].join('\n')}\n`;
}

/**
 * The instance is named, so that cloud-init takes the card for a new one; `again` makes it another one on a card that was
 * one already. Source: cloud-init, data source NoCloud.
 */
export function metaData({ id }: CardPlan, again: string | undefined): string {
  return `dsmode: local\ninstance-id: starling-${id}${again === undefined ? '' : `-${again}`}\n`;
}
