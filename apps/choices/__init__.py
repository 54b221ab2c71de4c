"""What people choose among offers: choice studies, best-worst studies, designs, the simulator."""
